import path from 'node:path';
import test from 'ava';
import { killPacks } from '../../../../ci/bench/data/kill-pack.ts';
import { writePictureFolder } from '../../../harness/data/packed/picture-folder.ts';
import { temporaryFolder } from '../../../harness/data/temporary-folder.ts';

for (const form of ['pixels', 'bytes'] as const) {
	test(`a pack of ${form} that is killed at random moments ends with the bytes of an unbroken one`, async t => {
		const folder = path.join(temporaryFolder(t), 'pictures');
		// Two shards of 1 MiB as pixels of 128 × 128, one of files.
		await writePictureFolder({ folder, perClass: 8 });
		const result = await killPacks({
			source: `folder:${folder}`,
			...{ kills: 2, seed: 1, resolution: 128, form, shardSize: 1 },
		});
		t.is(result.killed, 2);
		t.true(result.finished >= 1);
		t.deepEqual(result.different, []);
	});
}
