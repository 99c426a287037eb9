import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { encodeNpy } from '../../../harness/metrics/sources/npz-writer.ts';
import { locateRuntime } from '../../../harness/tensor/runtime-location.ts';
import { binary, temporaryFolder } from './run-binary.ts';

const folder = temporaryFolder(test);

test('an interruption is heard while precision and recall are computed', async t => {
	t.timeout(240_000);
	const cache = path.join(folder, 'cache');
	const features = path.join(folder, 'features.npy');
	// Some minutes of tiles, were they not interrupted.
	const count = 60_000;
	const values = Float32Array.from({ length: count * 4 }, (_, index) => Math.sin(index * 1.7));
	writeFileSync(features, encodeNpy({ shape: [count, 4], values }));
	const child = spawn(
		process.execPath,
		[binary, 'score', '--real', features, '--fake', features, '--protocol', 'studiogan', '--metrics', 'prdc'],
		{
			env: { ...process.env, FEWER_LABELS_CACHE: cache, FEWER_LABELS_RUNTIME: locateRuntime()?.folder ?? '' },
			stdio: ['ignore', 'pipe', 'pipe'],
		},
	);
	t.teardown(() => child.kill('SIGKILL'));
	let text = '';
	child.stderr.on('data', chunk => {
		text += chunk;
	});
	const ended = once(child, 'exit');
	// Made when the sources are opened, and signals are listened to before.
	while (child.exitCode === null && !existsSync(path.join(cache, 'metrics', 'unpacked'))) await delay(50);
	await delay(4000);
	t.is(child.exitCode, null, 'it is still at work');
	child.kill('SIGINT');
	const [code] = await ended;
	t.is(code, 130, text);
	t.deepEqual(readdirSync(path.join(cache, 'metrics', 'unpacked')), []);
});
