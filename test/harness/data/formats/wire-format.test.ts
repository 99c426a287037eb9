import test from 'ava';
import { readFields, readPackedVarints } from '../../../../harness/data/formats/wire-format.ts';

const read = (hex: string) => [...readFields(Buffer.from(hex, 'hex'))];

test('reads the examples of the specification', t => {
	// https://protobuf.dev/programming-guides/encoding/: 150 in field 1, "testing" in field 2
	t.deepEqual(read('089601'), [{ number: 1, varint: 150 }]);
	t.deepEqual(read('120774657374696e67'), [{ number: 2, bytes: Buffer.from('testing') }]);
	t.deepEqual(readPackedVarints(Buffer.from('038e029ea705', 'hex')), [3, 270, 86_942]);
});

test('reads fields of fixed length and numbers above 15', t => {
	t.deepEqual(read('0d0000803f'), [{ number: 1, bytes: Buffer.from('0000803f', 'hex') }]);
	t.deepEqual(read('09000000000000f03f'), [{ number: 1, bytes: Buffer.from('000000000000f03f', 'hex') }]);
	t.deepEqual(read('800101'), [{ number: 16, varint: 1 }]);
});

const refused = test.macro((t, hex: string, message: string) => {
	t.throws(() => read(hex), { instanceOf: RangeError, message });
});
test('a number without its end is refused', refused, '0896', 'ends within a number, at byte 2');
test(
	'a number that never ends is refused',
	refused,
	`08${'ff'.repeat(12)}`,
	'holds a number of more than 64 bits',
);
test('a length beyond the end is refused', refused, '12ff01aa', 'claims 255 bytes for field 2, has 1');
test(
	'an enormous length is refused',
	refused,
	'12ffffffffffffffff7f',
	'claims 9223372036854776000 bytes for field 2, has 0',
);
test('a group is refused', refused, '0b', 'has a field of wire type 3');
test('field 0 is refused', refused, '0001', 'has a field with number 0');
