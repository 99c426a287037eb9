import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { findArrayLabels } from '../../../../harness/metrics/sources/array-labels.ts';
import type { StoredArray } from '../../../../harness/metrics/sources/stored-array.ts';

function array(
	name: string,
	dtype: string,
	values: Uint8Array | Int32Array | BigInt64Array,
	shape = [values.length],
): StoredArray {
	return {
		name,
		file: 'samples.npz',
		dtype,
		shape,
		readRows: () => Buffer.from(values.buffer, values.byteOffset, values.byteLength),
		digest: async () => '',
	};
}

test('classes are read under the names and types that programs write', t => {
	for (const [name, dtype, values] of [
		['labels', '|u1', Uint8Array.of(2, 0, 1)],
		['label', '<i4', Int32Array.of(2, 0, 1)],
		['y', '<i8', BigInt64Array.of(2n, 0n, 1n)],
	] as const) {
		const found = findArrayLabels([array('x', '|u1', Uint8Array.of(1)), array(name, dtype, values)], 3);
		t.deepEqual(Array.from(found!.values), [2, 0, 1]);
		t.is(found!.classes, undefined);
	}
	t.is(findArrayLabels([array('images', '|u1', Uint8Array.of(1))], 1), undefined);
});

test('classes that do not fit the images are refused', t => {
	for (const [labels, message] of [
		[
			array('labels', '|u1', Uint8Array.of(1, 2)),
			"samples.npz: array 'labels': expected the classes of 3 images, whole numbers [3], got |u1 [2]",
		],
		[
			array('labels', '<f4', Uint8Array.of(1, 2, 3)),
			"samples.npz: array 'labels': expected the classes of 3 images, whole numbers [3], got <f4 [3]",
		],
		[
			array('y', '<i4', Int32Array.of(0, -1, 2)),
			"samples.npz: array 'y': expected classes from 0, got -1 for image 1",
		],
	] as const) {
		t.throws(() => findArrayLabels([labels], 3), { instanceOf: UsageError, message });
	}
});
