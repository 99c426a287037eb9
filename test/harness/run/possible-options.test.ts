import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import {
	possibleMicroBatches,
	requireClusters,
	requireRotatedPart,
} from '../../../harness/run/possible-options.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { rotatedRows } from '../../../methods/losses/rotate-images.ts';
import { loadBuiltInMethods, loadMethod, parseMethodOptions } from '../../../methods/registry.ts';

const smoke = findProfile('smoke').settings(1);

test('a micro-batch is possible exactly where the rotation loss accepts it', async t => {
	const { method } = await loadMethod('s3gan');
	for (const rotatedBatchFraction of [1, 2, 3, 4, 8]) {
		const options = parseMethodOptions(method, { rotatedBatchFraction });
		const accepted: number[] = [];
		for (const microBatchSize of [1, 2, 4, 8, 16]) {
			try {
				rotatedRows(microBatchSize, rotatedBatchFraction);
				accepted.push(microBatchSize);
				t.notThrows(() => requireRotatedPart(method, options, { ...smoke, microBatchSize }));
			} catch {
				t.throws(() => requireRotatedPart(method, options, { ...smoke, microBatchSize }), {
					instanceOf: UsageError,
				});
			}
		}
		t.deepEqual(possibleMicroBatches(method, options, smoke), accepted);
	}
});

test('methods without rotations train with any divisor of the batch', async t => {
	for (const { method } of await loadBuiltInMethods()) {
		const options = parseMethodOptions(method, {});
		const sizes = possibleMicroBatches(method, options, smoke);
		t.deepEqual(sizes, 'rotatedBatchFraction' in options ? [8, 16] : [1, 2, 4, 8, 16], method.name);
	}
});

test('the error names method, option and micro-batch, and what fits instead', async t => {
	const { method } = await loadMethod('s3gan');
	const refusal = (rotatedBatchFraction: number, microBatchSize?: number) =>
		t.throws<UsageError>(() =>
			requireRotatedPart(
				method,
				parseMethodOptions(method, { rotatedBatchFraction }),
				microBatchSize === undefined ? smoke : { ...smoke, microBatchSize },
			),
		);
	const small = refusal(2, 4);
	t.is(
		small.message,
		's3gan: rotatedBatchFraction 2 has to divide the micro-batch of 4 images and to leave at least 4 of them',
	);
	t.is(small.fix, 'give --option s3gan.rotatedBatchFraction=1, or --micro-batch 8 or 16');
	const whole = refusal(3);
	t.regex(whole.message, /rotatedBatchFraction 3 has to divide the batch of 16 images/u);
	t.is(whole.fix, 'give --option s3gan.rotatedBatchFraction=1 or 2 or 4');
	t.is(refusal(2, 2).fix, 'give --micro-batch 8 or 16');
});

test('more clusters than training images are refused by name', t => {
	t.notThrows(() => requireClusters('clustering', 40, 40));
	const error = t.throws<UsageError>(() => requireClusters('clustering', 41, 40), {
		instanceOf: UsageError,
	});
	t.is(error.message, 'clustering: clusters: expected at most as many as there are images, 40, got 41');
	t.regex(error.fix!, /--option clustering\.clusters=40 or fewer/u);
});
