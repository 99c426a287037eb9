import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { makeRun } from '../samples/make-run.ts';
import { runBinary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);
const run = path.join(folder, 'run');
const at = (name: string): string => path.join(folder, name);

test.before(() => makeRun(run));

test.serial('a generator is exported as weights and as a SavedModel', t => {
	const weights = runBinary(['export', run, '--average', '--out', at('g.safetensors'), '--json']);
	t.is(weights.status, 0, weights.stderr);
	t.like(JSON.parse(weights.stdout), { format: 'safetensors', part: 'generator', average: true, step: 1 });
	const model = runBinary(['export', run, '--format', 'saved-model', '--out', at('model'), '--json']);
	t.is(model.status, 0, model.stderr);
	t.like(JSON.parse(model.stdout), { latentSize: 128, classes: 10, resolution: 32, average: true });
	t.deepEqual(readdirSync(at('model')).sort(), ['generator.json', 'saved_model.pb', 'variables']);
});

test.serial('requests that contradict themselves are refused, with nothing written', t => {
	const refused = (parameters: string[], message: RegExp): void => {
		const { status, stderr } = runBinary(['export', ...parameters]);
		t.is(status, 2, stderr);
		t.regex(stderr, message);
	};
	refused([at('none'), '--out', at('a.safetensors')], /there is no such folder/u);
	refused([run, '--format', 'npz', '--out', at('a.safetensors')], /--out: expected a name ending in \.npz/u);
	refused([run, '--format', 'saved-model', '--part', 'all', '--out', at('a')], /--part: expected generator/u);
	refused([run, '--raw', '--out', at('a.safetensors')], /--raw: expected with saved-model/u);
	refused([run, '--part', 'discriminator', '--average', '--out', at('a.safetensors')], /only the generator/u);
	refused([run, '--format', 'onnx', '--out', at('a')], /Allowed choices are safetensors, npz, saved-model/u);
	for (const name of ['a', 'a.safetensors']) t.false(existsSync(at(name)));
});

test.serial('a path that cannot be written is refused with exit code 7', t => {
	writeFileSync(at('file'), 'kept');
	for (const [parameters, place] of [
		[['--format', 'saved-model'], at('file')],
		[['--format', 'npz'], at('file/a.npz')],
	] as const) {
		const { status, stderr } = runBinary(['export', run, ...parameters, '--out', place]);
		t.is(status, 7, stderr);
		t.regex(
			stderr,
			/^Error: Cannot write \S+: a part of the path is a file, not a folder \(ENOTDIR\)\nFix: /u,
		);
	}
	t.is(readFileSync(at('file'), 'utf8'), 'kept');
});
