import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { expandCells } from '../../../harness/suite/cells.ts';
import { mostClusters, requirePossibleCells } from '../../../harness/suite/possible-cells.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { suites } from '../../../harness/suite/suites.ts';

const cellsOf = (method: string, options: Record<string, unknown>) =>
	expandCells({ rows: [{ method, labelFractions: [1] }], seeds: [1], options: new Map([[method, options]]) });
const smoke = { profile: findProfile('smoke'), steps: 1, data: 'shapes' };

test('the suites are possible, at their profiles', async t => {
	for (const { rows, profile: name, data } of suites) {
		const cells = await expandCells({ rows, seeds: [1], options: new Map() });
		t.notThrows(() => requirePossibleCells(cells, { profile: findProfile(name), steps: 1, data }));
	}
});

test('clusters are held against the images that a source has at most', async t => {
	const cells = await cellsOf('clustering', { clusters: 5000 });
	t.is(mostClusters(cells), 5000);
	const refused = (grid: typeof smoke, images: number) =>
		t.throws(() => requirePossibleCells(cells, grid), {
			instanceOf: UsageError,
			message: `clustering: clusters: expected at most as many as there are images, ${images}, got 5000`,
		});
	refused(smoke, 2000);
	// Whatever the folder has, the profile takes no more.
	refused({ ...smoke, data: 'folder:pictures' }, 2000);
	const proxy = { ...smoke, profile: findProfile('proxy-32') };
	t.notThrows(() => requirePossibleCells(cells, proxy));
	t.notThrows(
		() => requirePossibleCells(cells, { ...proxy, data: 'folder:pictures' }),
		'known once it is read',
	);
	t.is(mostClusters(await cellsOf('big-gan', {})), 0);
});

test('the rotated part is held against the micro-batch of the profile', async t => {
	const cells = await cellsOf('s3gan', { rotatedBatchFraction: 8 });
	const paper = { profile: findProfile('imagenet-256'), steps: 1, data: null };
	t.throws(() => requirePossibleCells(cells, paper), {
		instanceOf: UsageError,
		message: /^s3gan: rotatedBatchFraction 8 has to divide the micro-batch of 16 images/u,
	});
	t.notThrows(() => requirePossibleCells(cells, { ...paper, profile: findProfile('imagenet-128') }));
});
