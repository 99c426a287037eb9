import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readEvents } from '../../harness/run/run-folder.ts';
import { createStream } from '../../harness/tensor/random.ts';

// Kills a small training again and again at random moments and lets the same command go on, until it ends; the result
// and the weights must be those of an unbroken run, byte for byte.
//
//   node --import ./harness/runtime/register-typescript.js ci/soak/kill-resume.ts --kills 100 --seed 1
//
// `--steps N` generator steps (default 30), `--method M`, `--keep` leaves the folders for a look.

const program = fileURLToPath(new URL('../../harness/cli/fewer-labels.js', import.meta.url));

/** Files of a run that may not depend on how often it was killed. */
export const comparedFiles = ['result.json', 'weights.safetensors', 'samples.png'] as const;

export interface KillRequest {
	/** SIGKILLs in all; when a run ends before that, the next one begins. */
	readonly kills: number;
	/** Seed of the moments. */
	readonly seed: number;
	/** Generator steps of the training. */
	readonly steps: number;
	readonly method: string;
	/** Where the runs are made. */
	readonly folder: string;
	/** Folder of an unbroken run of the same steps and method; default: one is made. */
	readonly unbroken?: string;
	readonly report: (line: string) => void;
}

export interface KillOutcome {
	readonly runs: number;
	readonly kills: number;
	/** Kills by what the process was doing: before its first event, while it trained, while it scored. */
	readonly killedWhile: Readonly<Record<'preparing' | 'training' | 'scoring', number>>;
	/** Processes that went on from a checkpoint. */
	readonly resumes: number;
	/** Files that were not as in the unbroken run: `run 3: result.json`. */
	readonly different: readonly string[];
}

interface Process {
	readonly ended: Promise<number | null>;
	kill(): void;
}

function startTraining(request: KillRequest, out: string): Process {
	const child = spawn(
		process.execPath,
		[
			...[program, 'train', '--profile', 'smoke', '--method', request.method],
			...['--steps', String(request.steps), '--checkpoint-every', '0', '--out', out],
			...['--shared', path.join(request.folder, 'shared')],
		],
		// Sums are rounded differently on another number of threads.
		{ stdio: 'ignore', env: { ...process.env, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' } },
	);
	return {
		ended: new Promise(resolve => {
			child.on('close', code => resolve(code));
		}),
		kill: () => child.kill('SIGKILL'),
	};
}

/** What the run's files say that its process is doing. */
function phaseOf(out: string, before: number): 'preparing' | 'training' | 'scoring' {
	const events = readEvents(out);
	if (!events.slice(before).some(({ event }) => event === 'metrics' || event === 'resumed'))
		return 'preparing';
	try {
		const progress = JSON.parse(readFileSync(path.join(out, 'progress.json'), 'utf8')) as { phase: string };
		return progress.phase === 'scoring' ? 'scoring' : 'training';
	} catch {
		return 'training';
	}
}

/** How long a run took from the start of its process: a process needs about as long before its first event as after. */
function lastingMs(out: string): number {
	const times = readEvents(out).map(({ time }) => time);
	return 1.5 * (times.at(-1)! - times[0]);
}

/**
 * Kills processes of a small training at random moments, and lets others go on, until all kills are used up and the
 * last run has ended.
 *
 * @throws Error if a process that was not killed fails
 */
export async function killAndResume(request: KillRequest): Promise<KillOutcome> {
	const { folder, report } = request;
	const unbroken = request.unbroken ?? path.join(folder, 'unbroken');
	if (request.unbroken === undefined) {
		const status = await startTraining(request, unbroken).ended;
		if (status !== 0) throw new Error(`the unbroken run ended with ${status}`);
	}
	let wholeMs = lastingMs(unbroken);
	report(`unbroken run: ${(wholeMs / 1000).toFixed(1)} s`);

	// From the start of a process to about the end of a whole run, again and again until the kills are used up.
	const moments = createStream(request.seed, 'kill-moments');
	const killedWhile = { preparing: 0, training: 0, scoring: 0 };
	const different: string[] = [];
	let [runs, kills, resumes] = [0, 0, 0];
	while (kills < request.kills) {
		runs++;
		const out = path.join(folder, `killed-${runs}`);
		for (let ended = false; !ended; ) {
			const before = existsSync(out) ? readEvents(out).length : 0;
			const process = startTraining(request, out);
			const startedAt = performance.now();
			const outcome = await Promise.race([
				process.ended,
				kills < request.kills ? sleep(moments.uniform() * wholeMs, 'kill' as const) : process.ended,
			]);
			if (outcome === 'kill') {
				killedWhile[phaseOf(out, before)]++;
				process.kill();
				kills++;
			}
			const code = await process.ended;
			if (outcome !== 'kill' && code !== 0) throw new Error(`run ${runs} ended with ${code}`);
			ended = outcome !== 'kill';
			// A machine that was busy before may be quick now: moments after the end kill nothing.
			if (ended) wholeMs = Math.min(wholeMs, 1.1 * (performance.now() - startedAt));
			if (existsSync(path.join(out, 'result.json'))) {
				// Complete or not there at all; a torn one would throw here.
				JSON.parse(readFileSync(path.join(out, 'result.json'), 'utf8'));
			}
		}
		resumes += readEvents(out).filter(({ event }) => event === 'resumed').length;
		for (const name of comparedFiles) {
			const [expected, actual] = [unbroken, out].map(root => readFileSync(path.join(root, name)));
			if (!expected.equals(actual)) different.push(`run ${runs}: ${name}`);
		}
		report(`run ${runs}: ${kills} kills so far, ${different.length} files differ`);
		rmSync(out, { recursive: true, force: true });
	}
	return { runs, kills, killedWhile, resumes, different };
}

function option(name: string, fallback: string): string {
	const index = process.argv.indexOf(`--${name}`);
	return index === -1 ? fallback : (process.argv[index + 1] ?? fallback);
}

async function main(): Promise<void> {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-soak-'));
	const shared = option('shared', '');
	if (shared !== '') cpSync(shared, path.join(folder, 'shared'), { recursive: true });
	try {
		const outcome = await killAndResume({
			kills: Number(option('kills', '100')),
			seed: Number(option('seed', '1')),
			steps: Number(option('steps', '30')),
			method: option('method', 's3gan'),
			folder,
			report: line => process.stderr.write(`${line}\n`),
		});
		process.stdout.write(`${JSON.stringify(outcome)}\n`);
		process.exitCode = outcome.different.length === 0 ? 0 : 1;
	} finally {
		if (!process.argv.includes('--keep')) rmSync(folder, { recursive: true, force: true });
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
