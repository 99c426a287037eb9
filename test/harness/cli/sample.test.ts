import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { encodeNpyHeader } from '../../../harness/tensor/npy-file.ts';
import { makeRun } from '../samples/make-run.ts';
import { runBinary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);
const run = path.join(folder, 'run');
const at = (name: string): string => path.join(folder, name);
let fakeSets: number[][];

test.before(async () => {
	const dataSet = { name: 'shapes-32', digest: 'another', source: 'shapes' };
	({ fakeSets } = await makeRun(run, { manifest: { dataSet } }));
	writeFileSync(
		at('z.npy'),
		Buffer.concat([encodeNpyHeader([2, 128], '<f4'), Buffer.from(new Float32Array(256).fill(0.5).buffer)]),
	);
	writeFileSync(
		at('y.npy'),
		Buffer.concat([encodeNpyHeader([2], '<i8'), Buffer.from(BigInt64Array.of(9n, 2n).buffer)]),
	);
});

/** The array of a .npy with a header of 128 bytes. */
const pixelsOf = (file: string): number[] => [...readFileSync(file).subarray(128)];

test.serial('images of given latents, the same again, in every form', t => {
	const given = ['sample', run, '--z', at('z.npy'), '--labels', at('y.npy'), '--json'];
	const first = runBinary([...given, '--out', at('given.npy')]);
	t.is(first.status, 0, first.stderr);
	const record = JSON.parse(first.stdout);
	t.like(record, {
		count: 2,
		step: 1,
		form: 'npy',
		weights: 'moving average',
		statistics: 'standing',
		seed: null,
	});
	t.is(pixelsOf(at('given.npy')).length, 2 * 3072);
	const folderForm = runBinary([...given, '--out', at('given'), '--by-class']);
	t.is(JSON.parse(folderForm.stdout).digest, record.digest);
	t.deepEqual(readdirSync(at('given')), ['class-2', 'class-9']);
	t.true(folderForm.stderr.endsWith('/given: 2 images of step 1\n'));
});

test.serial('--set gives what the run was scored on', t => {
	const { status, stderr } = runBinary(['sample', run, '--set', '1', '--out', at('set.npy')]);
	t.is(status, 0, stderr);
	t.deepEqual(pixelsOf(at('set.npy')), fakeSets[1]);
});

test.serial('an interpolation has the rows and steps that are asked for', t => {
	const { status, stdout, stderr } = runBinary([
		...['sample', run, '--interpolate', 'latents', '--rows', '2', '--steps', '3', '--path', 'linear'],
		...['--out', at('walk.npy'), '--json'],
	]);
	t.is(status, 0, stderr);
	t.is(JSON.parse(stdout).count, 6);
});

test.serial('without its training images a sheet shows the generated ones, and says why', t => {
	const { status, stdout, stderr } = runBinary([
		...[
			'sample',
			run,
			'--beside-real',
			'--classes',
			'1,2',
			'--count',
			'2',
			'--out',
			at('real.png'),
			'--json',
		],
	]);
	t.is(status, 0, stderr);
	const problem = 'shapes holds other images than the run was trained on';
	t.like(JSON.parse(stdout), { realBeside: false, classes: [1, 2], count: 4, problem });
	t.true(stderr.endsWith(`generated images only, because ${problem}\n`));
	const nearest = runBinary(['sample', run, '--nearest', '--out', at('nearest.png')]);
	t.is(nearest.status, 2);
	t.is(nearest.stderr, `Error: --nearest: ${problem}\nFix: give them with --data SOURCE\n`);
});

test.serial('an output that cannot be written is refused with exit code 7', t => {
	mkdirSync(at('sheet.png'));
	for (const [place, reason] of [
		[at('z.npy/a.png'), /a part of the path is a file, not a folder \(ENOTDIR\)\nFix: /u],
		[at('z.npy/folder'), /a part of the path is a file, not a folder \(ENOTDIR\)\nFix: /u],
		[at('sheet.png'), /the path is a folder, not a file \(EISDIR\)\nFix: /u],
	] as const) {
		const { status, stderr } = runBinary(['sample', run, '--out', place]);
		t.is(status, 7, stderr);
		t.regex(stderr, /^Error: Cannot write /u);
		t.regex(stderr, reason);
	}
	t.deepEqual(readdirSync(at('sheet.png')), []);
});

test.serial('what does not fit is refused before any work, with nothing written', t => {
	const before = readdirSync(folder);
	const refused = (parameters: string[], message: RegExp): void => {
		const { status, stdout, stderr } = runBinary(['sample', ...parameters]);
		t.is(status, 2, stderr);
		t.is(stdout, '');
		t.regex(stderr, message);
	};
	refused([at('none'), '--out', at('a.png')], /none: there is no such folder/u);
	refused([run, '--out', at('a.gif')], /expected \.png, \.npy, \.npz or a folder/u);
	refused(
		[run, '--classes', '3,10', '--out', at('a.png')],
		/--classes: expected classes from 0 to 9, got 10/u,
	);
	refused([run, '--z', at('y.npy'), '--out', at('a.png')], /expected latents of type <f4 or <f8, got <i8/u);
	refused(
		[run, '--z', at('none.npy'), '--out', at('a.png')],
		/none\.npy: cannot be read \(ENOENT.*\)\nFix: give a \.npy file/u,
	);
	refused([run, '--z', at('z.npy'), '--count', '3', '--out', at('a.png')], /expected 3 images, got 2/u);
	refused([run, '--set', '3', '--out', at('a.png')], /--set: expected 0 to 2, got 3/u);
	refused([run, '--set', '0', '--raw', '--out', at('a.png')], /cannot be used with option '--raw'/u);
	refused([run, '--interpolate', 'latents', '--nearest', '--out', at('a.png')], /cannot be used with/u);
	for (const [option, value] of [
		['--rows', '4'],
		['--steps', '10'],
		['--path', 'spherical'],
	]) {
		refused(
			[run, option, value, '--out', at('a.png')],
			new RegExp(
				`^Error: ${option}: expected with --interpolate, got it without\nFix: add --interpolate `,
				'u',
			),
		);
	}
	refused([run, '--nearest', '--out', at('a.npz')], /--nearest: expected --out FILE\.png/u);
	rmSync(path.join(run, 'result.json'));
	refused([run, '--out', at('a.png')], /it is not finished \(never started\)[\s\S]*--checkpoint latest/u);
	refused([run, '--checkpoint', 'latest', '--out', at('a.png')], /it has no checkpoint yet/u);
	t.deepEqual(readdirSync(folder), before);
});
