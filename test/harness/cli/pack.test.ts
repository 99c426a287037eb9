import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { PNG } from 'pngjs';
import { writePictureFolder } from '../data/packed/picture-folder.ts';
import { runBinary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);
const pictures = path.join(folder, 'pictures');
const out = path.join(folder, 'out');
test.before(() => writePictureFolder({ folder: pictures, perClass: 4 }));

test.serial('pack, then check, count and show the packed set', t => {
	const packing = runBinary(['pack', `folder:${pictures}`, out, '--resolution', '16', '--json']);
	t.is(packing.status, 0, packing.stderr);
	const lines = packing.stdout
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	t.true(lines.slice(0, -1).every(({ event }) => event === 'progress'));
	const { result } = lines.at(-1);
	t.deepEqual(result.splits, {
		train: { form: 'pixels', count: 12, skipped: 0, converted: 0 },
		test: { form: 'pixels', count: 6, skipped: 0, converted: 0 },
	});
	t.false(result.wasThere);

	const check = runBinary(['data', 'check', out, '--json']);
	t.is(check.status, 0, check.stderr);
	const { ok, images, problems, digest } = JSON.parse(check.stdout);
	t.deepEqual([ok, images, problems, digest], [true, 18, [], result.digest]);

	const stats = runBinary(['data', 'stats', out, '--json']);
	t.is(stats.status, 0, stats.stderr);
	const { classNames, train, test: held } = JSON.parse(stats.stdout);
	t.deepEqual(classNames, ['a', 'b', 'c']);
	t.deepEqual(
		[train.perClass, held.perClass],
		[
			[4, 4, 4],
			[2, 2, 2],
		],
	);

	const sheet = path.join(folder, 'sheet.png');
	const show = runBinary(['data', 'show', out, '--out', sheet, '--count', '6', '--columns', '3']);
	t.is(show.status, 0, show.stderr);
	const png = PNG.sync.read(readFileSync(sheet));
	// 16 pixels six times as large; a caption of 14 pixels and a gap of 4.
	t.deepEqual([png.width, png.height], [4 + 3 * 100, 4 + 2 * 114]);
	const source = path.join(folder, 'source.png');
	const showSource = runBinary([
		...['data', 'show', `folder:${pictures}`, '--resolution', '32', '--split', 'test', '--out', source],
	]);
	t.is(showSource.status, 0, showSource.stderr);
	t.is(PNG.sync.read(readFileSync(source)).width, 4 + 6 * 100);
});

test.serial('people see what was done, and that it was done already', t => {
	const again = runBinary(['pack', `folder:${pictures}`, out, '--resolution', '16']);
	t.is(again.status, 0, again.stderr);
	t.is(again.stdout, '');
	t.regex(again.stderr, /was packed already\n12 training and 6 held-out images of 3 classes/u);
});

test.serial('a changed set ends the check with exit code 4', t => {
	const shard = path.join(out, 'train-00000.pixels');
	const bytes = readFileSync(shard);
	bytes[0] ^= 1;
	writeFileSync(shard, bytes);
	const check = runBinary(['data', 'check', out]);
	t.is(check.status, 4);
	t.regex(
		check.stderr,
		/train-00000\.pixels: its content was changed: SHA-256 is not [0-9a-f]{64}\n1 problem: /u,
	);
});

test.serial('bad arguments end with exit code 2 and what to do', t => {
	const wrong = (words: readonly string[], message: RegExp): void => {
		const { status, stderr } = runBinary(words);
		t.is(status, 2, stderr);
		t.regex(stderr, message);
	};
	const other = path.join(folder, 'other');
	wrong(['pack', `folder:${pictures}`, other], /required option '--resolution/u);
	wrong(['pack', `folder:${pictures}`, other, '--resolution', '16', '--form', 'jpeg'], /pixels, bytes/u);
	wrong(
		['pack', `folder:${pictures}`, other, '--resolution', '16', '--recipe', 'x'],
		/recipe: expected one of/u,
	);
	wrong(['pack', 'lsun:x', other, '--resolution', '16'], /data source: expected one of the forms below/u);
	wrong(
		['pack', 'shapes', other, '--resolution', '16'],
		/shapes has no pictures to prepare: they are drawn in code\nFix: give it to --data as it is; valid sources:/u,
	);
	wrong(['pack', `packed:${other}`, other, '--resolution', '16'], /it is packed already\nFix: /u);
	wrong(['data', 'check', pictures], /has no index\.json\nFix: /u);
	wrong(['data', 'stats', 'shapes'], /--resolution: needed for shapes, .*\nFix: add .*--resolution 32/u);
	const sheet = path.join(folder, 'sheet.jpg');
	wrong(
		['data', 'show', 'shapes', '--resolution', '8', '--out', sheet],
		/--out: expected a name ending in \.png/u,
	);
	t.false(existsSync(sheet));
});

test.serial('forms and recipes are listed', t => {
	const recipes = runBinary(['data', 'recipes', '--json']);
	t.is(JSON.parse(recipes.stdout)[0].name, 's3gan');
	const forms = runBinary(['data', 'forms']);
	t.regex(forms.stdout, /^packed:DIR \(/mu);
});
