import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { runBinary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);
// No probe of this machine may move the answers.
const environment = { FEWER_LABELS_CACHE: path.join(folder, 'cache') };

test.serial('a run trains, is scored and planned at another resolution than its profile’s', t => {
	const out = path.join(folder, 'grid');
	const grid = ['--suite', 'smoke', '--profile', 'smoke@64', '--methods', 'single-label', '--seeds', '1'];
	const { status, stdout, stderr } = runBinary(['run', ...grid, '--steps', '1', '--out', out, '--json']);
	t.is(status, 0, stderr);
	t.is(JSON.parse(stdout).done, 1);
	const [run] = (
		JSON.parse(readFileSync(path.join(out, 'grid.json'), 'utf8')) as {
			runs: { folder: string; profile: string; dataSet: string }[];
		}
	).runs;
	t.like(run, { profile: 'smoke@64', dataSet: 'shapes-64' });
	const read = (name: string): Buffer => readFileSync(path.join(out, run!.folder, name));
	const { identity } = JSON.parse(read('manifest.json').toString());
	t.like(identity.settings, { resolution: 64, channels: 8, batchSize: 16 });
	t.true(
		read('weights.safetensors').includes('"generator/B4/up_conv1/kernel"'),
		'at 32×32 it has three blocks',
	);
	t.is(JSON.parse(read('result.json').toString()).profile, 'smoke@64');
	const plan = runBinary(['plan', ...grid, '--steps', '1', '--out', out, '--json']);
	t.is(JSON.parse(plan.stdout).runs[0].state, 'done', plan.stderr);
});

for (const resolution of [64, 512]) {
	test(`the paper’s networks are planned at ${resolution}×${resolution}`, t => {
		const grid = ['--suite', 'paper-256', '--profile', `imagenet-128@${resolution}`, '--json'];
		const { status, stdout, stderr } = runBinary(['plan', ...grid, '--gpu', 'h100'], environment);
		t.is(status, 0, stderr);
		const { settings, speeds } = JSON.parse(stdout);
		t.is(settings.resolution, resolution);
		t.true(speeds[0].secondsOfStep > 0);
		const memory = runBinary(['plan', ...grid, '--memory', '--memory-limit', '1TB'], environment);
		t.true(JSON.parse(memory.stdout).rows[0].largestMicroBatch >= 64, memory.stderr);
	});
}
