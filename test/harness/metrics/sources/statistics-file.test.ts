import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { EnvironmentError, UsageError } from '../../../../harness/errors.ts';
import { encodeNpz, type NpyArray } from '../../../../harness/metrics/sources/npz-writer.ts';
import {
	areStatistics,
	openStatistics,
	writeStatistics,
} from '../../../../harness/metrics/sources/statistics-file.ts';
import { openStoredArrays } from '../../../../harness/metrics/sources/stored-array.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { fixture } from './fixtures.ts';

async function open(t: ExecutionContext, file: string) {
	const { arrays, close } = await openStoredArrays(file, temporaryFolder(t));
	t.teardown(close);
	return openStatistics(arrays);
}

async function openNew(t: ExecutionContext, arrays: Record<string, NpyArray>) {
	const file = path.join(temporaryFolder(t), 'x.npz');
	writeFileSync(file, encodeNpz(new Map(Object.entries(arrays))));
	return { file, open: () => open(t, file) };
}

const origin = {
	extractorFingerprint: 'a'.repeat(64),
	extractor: 'Inception 2015-12-05',
	preprocessing: '{}',
	preset: 'ttur',
	contentDigest: 'b'.repeat(64),
	split: 'train',
};

test("NumPy's mean and covariance are read; who made them is unknown", async t => {
	const { statistics, origin: found, digest } = await open(t, fixture('arrays/statistics.npz'));
	// The features of ci/golden/metrics-arrays.py: 5 · index mod 11.
	t.is(statistics.dimension, 3);
	t.is(statistics.count, 0);
	t.true(Math.abs(statistics.mean[0] - (0 + 4 + 8 + 1 + 5 + 9) / 6) < 1e-12);
	t.true(Math.abs(statistics.covariance[0] - 13.1) < 1e-12);
	t.is(found, undefined);
	t.regex(await digest(), /^[0-9a-f]{64}:[0-9a-f]{64}$/u);
});

test('what is written reads back bit for bit, with its origin', async t => {
	const statistics = {
		count: 7,
		dimension: 2,
		mean: Float64Array.of(1 / 3, -2),
		covariance: Float64Array.of(1, 0.1, 0.1, 2),
	};
	const file = path.join(temporaryFolder(t), 'deep', 'x.npz');
	writeStatistics(file, statistics, origin);
	const source = await open(t, file);
	t.deepEqual(source.statistics, statistics);
	t.deepEqual(source.origin, origin);
	t.is(source.split, 'train');
	t.is(await source.digest(), origin.contentDigest);
});

test('a folder that cannot be made is refused', t => {
	const file = path.join(fixture('images.json'), 'x.npz');
	const statistics = { count: 2, dimension: 1, mean: new Float64Array(1), covariance: new Float64Array(1) };
	t.throws(() => writeStatistics(file, statistics, origin), { instanceOf: EnvironmentError });
});

test('arrays without mu and sigma are no statistics', async t => {
	const { arrays, close } = await openStoredArrays(fixture('arrays/features.npz'), temporaryFolder(t));
	t.false(areStatistics(arrays));
	close();
});

const mean = { shape: [2], values: Float64Array.of(0, 0) };
for (const [what, sigma, message] of [
	[
		'a covariance of another size',
		{ shape: [3, 3], values: new Float64Array(9) },
		"expected 'mu' [d] and 'sigma' [d, d], got [2] and [3,3]",
	],
	[
		'NaN',
		{ shape: [2, 2], values: Float64Array.of(1, 0, 0, Number.NaN) },
		"array 'sigma': expected finite numbers, got NaN at position 3",
	],
	[
		'an asymmetric matrix',
		{ shape: [2, 2], values: Float64Array.of(1, 0.5, 0, 1) },
		"array 'sigma': expected a symmetric matrix, got entries that differ by 0.5",
	],
	[
		'a negative variance',
		{ shape: [2, 2], values: Float64Array.of(1, 0, 0, -1) },
		"array 'sigma': expected a covariance, got the variance -1 for feature 1",
	],
	[
		'bytes',
		{ shape: [2, 2], values: new Uint8Array(4) },
		"array 'sigma': expected float64 or float32, got |u1",
	],
] as const) {
	test(`${what}: refused`, async t => {
		const { file, open: openFile } = await openNew(t, { mu: mean, sigma });
		const error = await t.throwsAsync(openFile, { instanceOf: UsageError });
		t.is(error.message, `${file}: ${message}`);
	});
}
