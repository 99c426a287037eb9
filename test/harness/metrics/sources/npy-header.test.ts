import test from 'ava';
import { readNpyHeader } from '../../../../harness/metrics/sources/npy-header.ts';

function header(text: string, version = 1): Buffer {
	const lengthBytes = version === 1 ? 2 : 4;
	const bytes = Buffer.alloc(8 + lengthBytes);
	bytes.write('\u0093NUMPY', 'latin1');
	bytes[6] = version;
	if (version === 1) bytes.writeUInt16LE(text.length, 8);
	else bytes.writeUInt32LE(text.length, 8);
	return Buffer.concat([bytes, Buffer.from(text)]);
}

const good = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }";

test('versions 1 to 3 are read', t => {
	t.deepEqual(readNpyHeader(header(good)), {
		dtype: '<f4',
		shape: [3, 4],
		dataOffset: 10 + good.length,
	});
	t.is(readNpyHeader(header(good, 2)).dataOffset, 12 + good.length);
	t.is(readNpyHeader(header(good, 3)).dtype, '<f4');
});

test('shapes of one axis and none are read', t => {
	t.deepEqual(readNpyHeader(header(good.replace('(3, 4)', '(7,)'))).shape, [7]);
	t.deepEqual(readNpyHeader(header(good.replace('(3, 4)', '()'))).shape, []);
});

for (const [what, bytes, message] of [
	['another file', Buffer.from('PK\u0003\u0004 and so on, more than twelve bytes'), 'no .npy header'],
	['a few bytes', Buffer.from('\u0093NUM', 'latin1'), 'no .npy header'],
	['a later version', header(good, 9), '.npy version 9 is unknown'],
	['a length beyond the file', header(good).subarray(0, 20), `its header claims ${good.length} bytes`],
	[
		'Fortran order',
		header(good.replace('False', 'True')),
		'it lies in Fortran order; save numpy.ascontiguousarray of it',
	],
	['records', header("{'descr': [('a', '<f4')], 'shape': (1,), }"), /its header is not understood: /u],
] as const) {
	test(`${what}: refused`, t => {
		t.throws(() => readNpyHeader(bytes), { message });
	});
}
