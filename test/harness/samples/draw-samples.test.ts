import { rmSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { createSampleMaker } from '../../../harness/samples/draw-samples.ts';
import { sampleInputs } from '../../../harness/samples/sample-inputs.ts';
import { standingFileName } from '../../../harness/samples/standing-file.ts';
import { openStoredGenerator } from '../../../harness/samples/stored-generator.ts';
import { openStoredRun } from '../../../harness/samples/stored-run.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { temporaryFolder } from '../data/temporary-folder.ts';
import { makeRun } from './make-run.ts';

const bytes = (parts: Iterable<Uint8Array>): number[] => [...parts].flatMap(part => [...part]);

test.serial(
	'fake sets are the images that the run was scored on, byte for byte, the later ones too',
	async t => {
		const folder = temporaryFolder(t);
		const { fakeSets } = await makeRun(folder);
		const before = tf.memory().numTensors;
		const run = await openStoredRun(folder);
		const generator = openStoredGenerator(run);
		for (const set of [0, 2]) {
			const maker = await createSampleMaker(run, generator);
			t.deepEqual(bytes(maker.drawFakeSet(set, 10)), fakeSets[set], `set ${set}`);
			maker.dispose();
		}

		// Gathered again where the run did not keep the statistics.
		rmSync(path.join(folder, standingFileName));
		const older = await openStoredRun(folder);
		t.is(older.gathered, null);
		const maker = await createSampleMaker(older, generator);
		t.deepEqual(bytes(maker.drawFakeSet(0, 7)), fakeSets[0].slice(0, 7 * 3072));
		maker.dispose();
		generator.dispose();
		t.is(tf.memory().numTensors, before);
	},
);

test.serial(
	'an image depends on its latents and label alone, but with batch statistics on its batch',
	async t => {
		const folder = temporaryFolder(t);
		await makeRun(folder);
		const run = await openStoredRun(folder);
		const draw = async (count: number, raw: boolean, statistics: 'standing' | 'batch') => {
			const generator = openStoredGenerator(run, raw);
			const maker = await createSampleMaker(run, generator, statistics);
			const images = bytes(maker.draw(sampleInputs({ run, count, seed: 5 })));
			maker.dispose();
			generator.dispose();
			return images;
		};
		const few = await draw(4, false, 'standing');
		const difference = (other: number[]): number =>
			few.reduce((most, value, index) => Math.max(most, Math.abs(value - other[index])), 0);
		// Sums of another order may round to the next byte.
		t.true(difference(await draw(9, false, 'standing')) <= 1, 'first images of more');
		t.true(difference(await draw(4, true, 'standing')) > 1, 'raw weights');
		t.true(difference(await draw(4, false, 'batch')) > 1, 'batch statistics');
		const pair = await draw(2, false, 'batch');
		t.notDeepEqual(pair, (await draw(4, false, 'batch')).slice(0, pair.length), 'another batch');
	},
);
