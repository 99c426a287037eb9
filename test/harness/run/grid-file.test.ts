import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { gridFileIn, readGridFile } from '../../../harness/run/grid-file.ts';

function folderWith(t: ExecutionContext, text?: string): string {
	const out = mkdtempSync(path.join(tmpdir(), 'grid-file-'));
	t.teardown(() => rmSync(out, { recursive: true }));
	if (text !== undefined) writeFileSync(gridFileIn(out), text);
	return out;
}

const run = {
	...{ runId: 'a', folder: 'runs/a', method: 's3gan', title: 'S3GAN', labelFraction: 0.1, seed: 1 },
	...{ profile: 'smoke', dataSet: 'shapes', steps: 3 },
};

test('a folder without a grid has none', t => {
	t.is(readGridFile(folderWith(t)), undefined);
	t.is(readGridFile(path.join(folderWith(t), 'missing')), undefined);
});

test('both versions are read, the first without options', t => {
	for (const schemaVersion of [1, 2]) {
		const grid = { schemaVersion, suite: 'smoke', runs: [run] };
		t.deepEqual(readGridFile(folderWith(t, JSON.stringify(grid))), grid as never);
	}
});

const refused = test.macro((t, text: string, reason: RegExp, newer = false) => {
	const out = folderWith(t, text);
	const error = t.throws(() => readGridFile(out), { instanceOf: UsageError, message: reason });
	t.true(error.message.startsWith(`${gridFileIn(out)}: `));
	t.regex(
		error.fix!,
		newer
			? /^use the newer version of fewer-labels that wrote it, or choose another folder$/u
			: /^choose another folder, or move this file away/u,
	);
	t.notRegex(error.message, /\n/u);
});
test('a cut file is refused', refused, '{"schemaVersion": 2, "ru', /not readable as JSON/u);
test(
	'a newer version is refused by its number',
	refused,
	'{"schemaVersion": 3}',
	/it has version 3; this program reads version 1 and 2/u,
	true,
);
test('a version before the first is refused', refused, '{"schemaVersion": 0}', /it has version 0; this/u);
test('something else is refused', refused, 'null', /it has version none/u);
test(
	'a damaged grid is refused with the place',
	refused,
	JSON.stringify({ schemaVersion: 2, suite: 'smoke', runs: [{ ...run, seed: 'one' }] }),
	/damaged: runs\.0\.seed: /u,
);
