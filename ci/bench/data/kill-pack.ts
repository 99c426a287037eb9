// Kills `fewer-labels pack` at random moments until it is done, and compares every file with those of an unbroken
// pack. From the repository root:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/data/kill-pack.ts SOURCE [--kills 20] \
//     [--seed 1] [--resolution 64] [--form pixels|bytes]
//
// Prints one line of JSON; exits with 1 if a byte differs or a killed pack passed for a whole one.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createStream } from '../../../harness/tensor/random.ts';

export interface KillOptions {
	readonly source: string;
	/** Processes that are killed. */
	readonly kills: number;
	/** Seed of the moments. */
	readonly seed: number;
	readonly resolution: number;
	readonly form: 'pixels' | 'bytes';
	/** Size of a shard in MiB. */
	readonly shardSize: number;
}

export interface KillResult {
	readonly form: 'pixels' | 'bytes';
	/** Kills that met a running process; one that was done before its moment starts over in a new folder. */
	readonly killed: number;
	/** Packs that were finished in spite of the kills. */
	readonly finished: number;
	/** Most finished shards that a kill left, so that the next process could go on. */
	readonly mostShardsKept: number;
	/** Files that are not byte for byte those of the unbroken pack; has to be none. */
	readonly different: readonly string[];
}

const binary = fileURLToPath(new URL('../../../harness/cli/fewer-labels.js', import.meta.url));

function digests(folder: string): Map<string, string> {
	return new Map(
		readdirSync(folder).map(name => [
			name,
			createHash('sha256')
				.update(readFileSync(path.join(folder, name)))
				.digest('hex'),
		]),
	);
}

/** Packs, and kills after so many milliseconds; whether the process ended by itself, and how. */
async function packFor(
	options: KillOptions,
	out: string,
	afterMs: number,
): Promise<{ ms: number; code: number | null }> {
	const startedAt = performance.now();
	const words = ['pack', options.source, out, '--resolution', String(options.resolution)];
	words.push('--form', options.form, '--shard-size', String(options.shardSize), '--jobs', '2');
	const child = spawn(process.execPath, [binary, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
	let errors = '';
	child.stderr.on('data', (chunk: Buffer) => {
		errors += chunk;
	});
	const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
	const timer = Number.isFinite(afterMs) ? setTimeout(() => child.kill('SIGKILL'), afterMs) : undefined;
	const code = await ended;
	clearTimeout(timer);
	if (code !== null && code !== 0) throw new Error(`pack ended with ${code}: ${errors}`);
	return { ms: performance.now() - startedAt, code };
}

/** See the head of this file. */
export async function killPacks(options: KillOptions): Promise<KillResult> {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-kill-'));
	try {
		const whole = path.join(folder, 'whole');
		const { ms } = await packFor(options, whole, Number.POSITIVE_INFINITY);
		const expected = digests(whole);
		const stream = createStream(options.seed, 'kill-moments');
		const different = new Set<string>();
		let [killed, finished, mostShardsKept] = [0, 0, 0];
		const finish = (out: string): void => {
			finished += 1;
			const found = digests(out);
			for (const name of new Set([...found.keys(), ...expected.keys()])) {
				if (found.get(name) !== expected.get(name)) different.add(name);
			}
			rmSync(out, { recursive: true });
		};
		let round = 0;
		let out = path.join(folder, 'round-0');
		while (killed < options.kills) {
			const { code } = await packFor(options, out, stream.uniform() * ms);
			if (code === null) {
				killed += 1;
				if (!existsSync(out)) continue;
				const names = readdirSync(out);
				if (names.includes('index.json') && digests(out).get('index.json') !== expected.get('index.json')) {
					different.add('index.json of a killed pack');
				}
				mostShardsKept = Math.max(
					mostShardsKept,
					names.filter(name => /^train-\d+\.json$/u.test(name)).length,
				);
				continue;
			}
			finish(out);
			round += 1;
			out = path.join(folder, `round-${round}`);
		}
		await packFor(options, out, Number.POSITIVE_INFINITY);
		finish(out);
		return { form: options.form, killed, finished, mostShardsKept, different: [...different] };
	} finally {
		// A killed process may still be on its way out.
		await sleep(100);
		rmSync(folder, { recursive: true, force: true });
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { positionals, values } = parseArgs({
		allowPositionals: true,
		options: {
			kills: { type: 'string', default: '20' },
			seed: { type: 'string', default: '1' },
			resolution: { type: 'string', default: '64' },
			form: { type: 'string', default: 'pixels' },
		},
	});
	const result = await killPacks({
		source: positionals[0],
		kills: Number(values.kills),
		seed: Number(values.seed),
		resolution: Number(values.resolution),
		form: values.form as 'pixels' | 'bytes',
		shardSize: 1,
	});
	process.stdout.write(`${JSON.stringify(result)}\n`);
	if (result.different.length > 0) process.exitCode = 1;
}
