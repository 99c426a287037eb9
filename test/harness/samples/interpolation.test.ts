import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { between, interpolationInputs, spreadClasses } from '../../../harness/samples/interpolation.ts';

const config = { latentSize: 2, classes: 4 };
const near = (
	t: { true: (value: boolean, message?: string) => void },
	actual: ArrayLike<number>,
	expected: number[],
) => {
	for (const [index, value] of expected.entries()) {
		t.true(Math.abs(actual[index]! - value) < 1e-6, `${[...Array.from(actual)]} against ${expected}`);
	}
};

test('the way on the sphere keeps its length, the straight one does not', t => {
	const [east, north] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
	near(t, between(east, north, 0.5, 'spherical'), [Math.SQRT1_2, Math.SQRT1_2]);
	near(t, between(east, north, 1 / 3, 'spherical'), [Math.cos(Math.PI / 6), 0.5]);
	near(t, between(east, north, 0.5, 'linear'), [0.5, 0.5]);
	near(t, between(east, north, 0.5, 'unit-variance'), [Math.SQRT1_2, Math.SQRT1_2]);
	near(t, between(east, north, 0.2, 'unit-variance'), [0.8 / Math.sqrt(0.68), 0.2 / Math.sqrt(0.68)]);
	for (const path of ['spherical', 'linear'] as const) {
		near(t, between(east, north, 0, path), [1, 0]);
		near(t, between(east, north, 1, path), [0, 1]);
		near(t, between(east, Float32Array.of(3, 0), 0.5, path), [2, 0]);
	}
});

test('rows between latents keep their class, rows between classes their latent', t => {
	const latents = interpolationInputs({ config, of: 'latents', rows: 2, steps: 3, classes: [3, 1], seed: 1 });
	t.is(latents.count, 6);
	t.deepEqual([...latents.labelRows!.subarray(4, 8)], [0, 0, 0, 1]);
	t.deepEqual([...latents.labelRows!.subarray(20, 24)], [0, 1, 0, 0]);
	t.notDeepEqual(latents.latents.subarray(0, 2), latents.latents.subarray(4, 6));

	const classes = interpolationInputs({ config, of: 'classes', rows: 1, steps: 5, classes: [0, 2], seed: 1 });
	t.deepEqual([...classes.labelRows!.subarray(4, 8)], [0.75, 0, 0.25, 0]);
	t.deepEqual([...classes.labelRows!.subarray(16, 20)], [0, 0, 1, 0]);
	for (let step = 1; step < 5; step++) {
		t.deepEqual(classes.latents.subarray(2 * step, 2 * step + 2), classes.latents.subarray(0, 2));
	}
	t.deepEqual(spreadClasses(1000, 4), [0, 250, 500, 750]);
	t.deepEqual(spreadClasses(2, 4), [0, 1]);
});

test('one class has no way to another', t => {
	const one = { latentSize: 2, classes: 1 };
	t.throws(() => interpolationInputs({ config: one, of: 'classes', rows: 1, steps: 3, seed: 1 }), {
		instanceOf: UsageError,
		message: /expected a network of two classes or more/u,
	});
	t.throws(() => interpolationInputs({ config, of: 'latents', rows: 1, steps: 1, seed: 1 }), {
		instanceOf: UsageError,
	});
});
