import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { type InputsRequest, sampleInputs } from '../../../harness/samples/sample-inputs.ts';
import { drawFakeLabels } from '../../../harness/train/fake-inputs.ts';

const run = { config: { latentSize: 4, classes: 3 }, fakeProbabilities: null } as InputsRequest['run'];
const names = { latents: 'z.npy', labels: 'y.npy' };
const z = (images: number, size = 4) => ({
	shape: [images, size],
	values: Float32Array.from({ length: images * size }, (_, index) => index),
});
const y = (...values: number[]) => ({ shape: [values.length], values: Float64Array.from(values) });

test('the first images of a larger count are those of a smaller one', t => {
	const few = sampleInputs({ run, count: 5, seed: 7 });
	const many = sampleInputs({ run, count: 500, seed: 7 });
	t.deepEqual(many.latents.subarray(0, 20), few.latents);
	t.deepEqual(many.labels!.subarray(0, 5), few.labels!);
	t.deepEqual(few.labels, drawFakeLabels(3, 5, 7, ['sample']));
	t.notDeepEqual(sampleInputs({ run, count: 5, seed: 8 }).latents, few.latents);
	t.is(sampleInputs({ run, seed: 7 }).count, 64);
	const clusters = { ...run, fakeProbabilities: [0, 1, 0] };
	t.deepEqual([...sampleInputs({ run: clusters, count: 3, seed: 7 }).labels!], [1, 1, 1]);
});

test('classes are drawn one after another', t => {
	t.deepEqual([...sampleInputs({ run, count: 2, classes: [2, 0], seed: 1 }).labels!], [2, 2, 0, 0]);
	t.is(sampleInputs({ run, classes: [2, 0], seed: 1 }).count, 16);
	t.throws(() => sampleInputs({ run, classes: [0, 3], seed: 1 }), {
		instanceOf: UsageError,
		message: '--classes: expected classes from 0 to 2, got 3',
	});
});

test('given latents and labels are used as they are; the other is drawn', t => {
	const both = sampleInputs({ run, given: { names, latents: z(2), labels: y(2, 1) }, seed: 1 });
	t.deepEqual(both.latents, z(2).values);
	t.deepEqual([...both.labels!], [2, 1]);
	const latents = sampleInputs({ run, given: { names, latents: z(3) }, seed: 1 });
	t.deepEqual(latents.labels, drawFakeLabels(3, 3, 1, ['sample']));
	const labels = sampleInputs({ run, given: { names, labels: y(2, 1, 0) }, seed: 1 });
	t.is(labels.latents.length, 12);
	const rows = { shape: [1, 3], values: Float64Array.of(0.5, 0.5, 0) };
	const mixed = sampleInputs({ run, given: { names, labels: rows }, seed: 1 });
	t.is(mixed.labels, null);
	t.deepEqual([...mixed.labelRows!], [0.5, 0.5, 0]);
});

test('latents and labels that do not fit are refused with what is allowed', t => {
	const cases: [InputsRequest['given'], number | undefined, string][] = [
		[{ names, latents: z(2, 5) }, undefined, 'z.npy: expected latents of shape [images, 4], got [2,5]'],
		[{ names, labels: y(0, 3) }, undefined, 'y.npy: expected classes from 0 to 2, got 3'],
		[{ names, labels: y(-1) }, undefined, 'y.npy: expected classes from 0 to 2, got -1'],
		[{ names, latents: z(2), labels: y(1) }, undefined, 'y.npy: expected 2 images, got 1'],
		[{ names, latents: z(2) }, 3, 'z.npy: expected 3 images, got 2'],
		[{ names, latents: z(0) }, undefined, 'z.npy: expected one image or more, got none'],
		[
			{ names, latents: { shape: [1, 4], values: Float32Array.of(1, Number.NaN, 1, 1) } },
			undefined,
			'z.npy: expected finite numbers, got NaN for image 0',
		],
		[
			{ names, labels: { shape: [1, 2], values: Float64Array.of(1, 0) } },
			undefined,
			'y.npy: expected labels of shape [images] or rows of shape [images, 3], got [1,2]',
		],
	];
	for (const [given, count, message] of cases) {
		t.throws(() => sampleInputs({ run, given, count, seed: 1 }), { instanceOf: UsageError, message });
	}
});
