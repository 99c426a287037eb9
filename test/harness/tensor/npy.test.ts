import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { gatherStrided, readFloat32Npy, readNpyHeader } from '../../../harness/tensor/npy.ts';

/** A file of version 1 with this header text. */
function fileOf(header: string, data: Buffer = Buffer.alloc(0), version = 1): Buffer {
	const length = Buffer.alloc(version === 1 ? 2 : 4);
	length.writeUIntLE(header.length, 0, length.length);
	return Buffer.concat([
		Buffer.from(`\x93NUMPY`, 'latin1'),
		Buffer.of(version, 0),
		length,
		Buffer.from(header),
		data,
	]);
}
const floats = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);

test('reads type, order, shape and where the values begin', t => {
	// numpy.save of numpy.zeros((2, 3), order='F', dtype='u1')
	const text = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }".padEnd(117);
	t.deepEqual(readNpyHeader(fileOf(`${text}\n`), 'a.npy'), {
		descr: '|u1',
		fortranOrder: true,
		shape: [2, 3],
		dataOffset: 128,
	});
	t.deepEqual(
		readNpyHeader(fileOf("{'descr': '<f8', 'fortran_order': False, 'shape': (), }"), 'a').shape,
		[],
	);
	t.deepEqual(
		readNpyHeader(fileOf("{'descr': '<f8', 'fortran_order': False, 'shape': (7,), }"), 'a').shape,
		[7],
	);
	t.is(
		readNpyHeader(fileOf("{'descr': '<f8', 'fortran_order': False, 'shape': (7,)}", undefined, 2), 'a')
			.dataOffset,
		67,
	);
});

test('reads float32 values in both orders, and none of another type', t => {
	const header = (order: string, descr = '<f4') =>
		`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (2, 2), }`;
	const data = floats(1, 2, 3, 4);
	t.deepEqual(readFloat32Npy(fileOf(header('False'), data), 'a').values, Float32Array.of(1, 2, 3, 4));
	t.deepEqual(readFloat32Npy(fileOf(header('True'), data), 'a').values, Float32Array.of(1, 3, 2, 4));
	t.is(readFloat32Npy(fileOf(header('False', '<i4'), data), 'a').values, undefined);
});

const refused = test.macro((t, bytes: Buffer, problem: string) => {
	t.throws(() => readFloat32Npy(bytes, 'a.npy'), {
		instanceOf: UsageError,
		message: `a.npy: not a NumPy array: ${problem}`,
	});
});
const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
test('another file is refused', refused, Buffer.from('PK\x03\x04'), "it does not start with '\\x93NUMPY'");
test(
	'an unknown version is refused',
	refused,
	fileOf(header, floats(1, 2), 9),
	'format version 9, expected 1 to 3',
);
test('a cut header is refused', refused, fileOf(header).subarray(0, 30), 'it ends within its header');
test('a cut length is refused', refused, fileOf(header).subarray(0, 9), 'it ends within its header');
test('another header is refused', refused, fileOf('print(1)'), 'its header is print(1)');
test(
	'a shape that is a program is refused',
	refused,
	fileOf("{'descr': '<f4', 'fortran_order': False, 'shape': (exit(),), }"),
	"its header is {'descr': '<f4', 'fortran_order': False, 'shape': (exit(),), }",
);
test(
	'records are refused',
	refused,
	fileOf("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }"),
	'it holds records, expected numbers of one type',
);
test(
	'objects are refused',
	refused,
	fileOf("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }"),
	'it holds Python objects, which would have to be executed to be read',
);
test(
	'too few values are refused',
	refused,
	fileOf(header, floats(1)),
	'shape [2] of <f4 needs 8 bytes, got 4',
);
test(
	'too many values are refused',
	refused,
	fileOf(header, floats(1, 2, 3)),
	'shape [2] of <f4 needs 8 bytes, got 12',
);
test(
	'a shape that overflows is refused before memory is taken',
	refused,
	fileOf("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", floats(1)),
	'shape [4294967296,4294967296] of <f4 needs 73786976294838210000 bytes, got 4',
);

test('gathers views: contiguous, permuted, sliced, empty and of no axis', t => {
	const values = Float32Array.of(0, 1, 2, 3, 4, 5);
	t.deepEqual(gatherStrided(values, { shape: [2, 3], strides: [3, 1], offset: 0 }), values);
	t.deepEqual(
		gatherStrided(values, { shape: [3, 2], strides: [1, 3], offset: 0 }),
		Float32Array.of(0, 3, 1, 4, 2, 5),
	);
	t.deepEqual(
		gatherStrided(values, { shape: [2, 2], strides: [3, 2], offset: 0 }),
		Float32Array.of(0, 2, 3, 5),
	);
	t.deepEqual(gatherStrided(values, { shape: [0, 3], strides: [3, 1], offset: 0 }), new Float32Array(0));
	t.deepEqual(gatherStrided(values, { shape: [], strides: [], offset: 4 }), Float32Array.of(4));
});
