import test from 'ava';
import { crc32c, maskedCrc32c } from '../../../../harness/data/formats/crc32c.ts';

test('gives the check values of RFC 3720', t => {
	// https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
	t.is(crc32c(new Uint8Array(32)), 0x8a9136aa);
	t.is(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
	t.is(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e);
	t.is(crc32c(Uint8Array.from({ length: 32 }, (_, index) => 31 - index)), 0x113fdb5c);
	t.is(crc32c(Buffer.from('123456789')), 0xe3069283);
	t.is(crc32c(new Uint8Array()), 0);
});

test('the mask is that of TFRecord files', t => {
	// rotr(0xe3069283, 15) + 0xa282ead8, by hand
	t.is(maskedCrc32c(Buffer.from('123456789')), 0xc78ab0e5);
});
