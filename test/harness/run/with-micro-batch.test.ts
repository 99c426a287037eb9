import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { withMicroBatch } from '../../../harness/run/with-micro-batch.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';

const profile = findProfile('smoke');

test('a micro-batch becomes part of the settings and changes nothing else', t => {
	t.is(withMicroBatch(profile, undefined), profile);
	t.deepEqual(withMicroBatch(profile, 4).settings(7), { ...profile.settings(7), microBatchSize: 4 });
});

test('a micro-batch that does not divide the batch is refused with the sizes that do', t => {
	const error = t.throws(() => withMicroBatch(profile, 3), { instanceOf: UsageError });
	t.is(error?.message, 'micro-batch: expected a divisor of the batch size 16 of smoke, got 3');
	t.is(error?.fix, 'allowed: 1, 2, 4, 8, 16');
});
