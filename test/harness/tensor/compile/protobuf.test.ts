import test from 'ava';
import { createMessageWriter } from '../../../../harness/tensor/compile/protobuf.ts';

const hex = (write: (writer: ReturnType<typeof createMessageWriter>) => void): string => {
	const writer = createMessageWriter();
	write(writer);
	return Buffer.from(writer.finish()).toString('hex');
};

// Expected bytes: the examples of https://protobuf.dev/programming-guides/encoding/, or worked out by hand.
test('whole numbers are written seven bits at a time, the lowest first', t => {
	t.is(
		hex(writer => writer.integer(1, 150)),
		'089601',
	);
	t.is(
		hex(writer => writer.integer(1, 0)),
		'0800',
	);
	t.is(
		hex(writer => writer.integer(3, true)),
		'1801',
	);
});

test('negative numbers take ten bytes', t => {
	t.is(
		hex(writer => writer.integer(1, -2)),
		'08feffffffffffffffff01',
	);
});

test('texts, bytes and messages carry their length', t => {
	t.is(
		hex(writer => writer.text(2, 'testing')),
		'120774657374696e67',
	);
	t.is(
		hex(writer => writer.message(3, inner => inner.integer(1, 150))),
		'1a03089601',
	);
	t.is(
		hex(writer => writer.bytes(1, Uint8Array.of(255))),
		'0a01ff',
	);
});

test('repeated numbers are packed', t => {
	t.is(
		hex(writer => writer.packedIntegers(6, [3, 270, 86942])),
		'3206038e029ea705',
	);
	t.is(
		hex(writer => writer.packedFloats(4, [1])),
		'22040000803f',
	);
	t.is(
		hex(writer => writer.float(4, 1)),
		'250000803f',
	);
});
