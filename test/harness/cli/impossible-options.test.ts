import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { PNG } from 'pngjs';
import { runBinary, temporaryFolder } from './run-binary.ts';

// Options that are in range and still cannot be trained with. Before, hours of what runs share could come first.
const folder = temporaryFolder(test);
const nothingMade = (t: ExecutionContext, out: string): void => {
	t.false(existsSync(out), `${out} was made`);
};

const rotated =
	/^Error: s3gan: rotatedBatchFraction 3 has to divide the batch of 16 images .*\nFix: give --option s3gan\.rotatedBatchFraction=1 or 2 or 4\n$/u;
const clusters =
	/^Error: clustering: clusters: expected at most as many as there are images, 2000, got 5000\nFix: give --option clustering\.clusters=2000 or fewer/u;

for (const [name, parameters] of [
	['run', ['run']],
	['run --dry-run', ['run', '--dry-run']],
	['run --launcher dry', ['run', '--launcher', 'dry']],
	['plan', ['plan']],
	['plan --memory', ['plan', '--memory']],
] as const) {
	test(`${name} refuses them before anything is made`, t => {
		const out = path.join(folder, name.replaceAll(' ', ''));
		for (const [method, option, message] of [
			['s3gan', 'rotatedBatchFraction=3', rotated],
			['clustering', 'clusters=5000', clusters],
		] as const) {
			const grid = ['--suite', 'smoke', '--methods', method, '--option', `${method}.${option}`];
			const { status, stdout, stderr } = runBinary([...parameters, ...grid, '--out', out]);
			t.is(status, 2, stderr);
			t.regex(stderr, message);
			t.is(stdout, '');
		}
		nothingMade(t, out);
	});
}

test('train refuses them before it prepares anything', t => {
	const out = path.join(folder, 'train');
	const train = ['train', '--profile', 'smoke', '--out', out];
	const small = runBinary([...train, '--method', 's3gan', '--micro-batch', '4']);
	t.is(small.status, 2, small.stderr);
	t.regex(
		small.stderr,
		/^Error: s3gan: rotatedBatchFraction 2 has to divide the micro-batch of 4 .*\nFix: .*, or --micro-batch 8 or 16\n$/u,
	);
	const many = runBinary([...train, '--method', 'clustering', '--option', 'clusters=2001']);
	t.is(many.status, 2, many.stderr);
	t.regex(many.stderr, /clustering: clusters: expected at most as many as there are images, 2000, got 2001/u);
	t.notRegex(many.stderr, /feature network/u);
	nothingMade(t, out);
});

test('train refuses a label fraction for a method that reads no labels', t => {
	const out = path.join(folder, 'unread');
	for (const method of ['clustering', 'single-label']) {
		const { status, stderr } = runBinary(['train', '--method', method, '--labels', '10%', '--out', out]);
		t.is(status, 2, stderr);
		t.regex(
			stderr,
			new RegExp(`^Error: --labels: ${method} reads no labels of the data, got 0.1\nFix: `, 'u'),
		);
	}
	nothingMade(t, out);
});

test('a folder with fewer pictures than clusters is refused when it is read, before a network is trained', t => {
	const pictures = path.join(folder, 'pictures');
	const png = new PNG({ width: 32, height: 32 });
	for (const [part, count] of [
		['train', 20],
		['val', 10],
	] as const) {
		for (const name of ['a', 'b']) {
			const of = path.join(pictures, part, name);
			mkdirSync(of, { recursive: true });
			for (let index = 0; index < count; index++) {
				png.data.fill(index * 10);
				writeFileSync(path.join(of, `${index}.png`), PNG.sync.write(png));
			}
		}
	}
	const out = path.join(folder, 'few');
	const grid = ['--suite', 'proxy', '--methods', 'clustering', '--seeds', '1', '--steps', '1'];
	const { status, stderr } = runBinary(['run', ...grid, '--data', `folder:${pictures}`, '--out', out]);
	t.is(status, 2, stderr);
	t.regex(stderr, /clusters: expected at most as many as there are images, 40, got 50/u);
	t.false(existsSync(path.join(out, 'shared')));
});
