import test from 'ava';
import { nearestNames } from '../../harness/nearest-names.ts';

const names = ['big-gan', 'single-label', 'random-label', 's3gan'];

test('names a person may have meant come nearest first', t => {
	t.deepEqual(nearestNames('biggan', names), ['big-gan']);
	t.deepEqual(nearestNames('S3-GAN', names), ['s3gan']);
	t.is(nearestNames('singel-label', names)[0], 'single-label');
});

test('nothing is suggested where nothing is near', t => {
	t.deepEqual(nearestNames('diffusion-transformer', names), []);
});
