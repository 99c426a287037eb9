// Trains the same runs undisturbed on this machine and disturbed on throw-away Slurm clusters, and compares results byte
// for byte:
//   node --import ./harness/runtime/register-typescript.js ci/slurm/check-disturbances.ts [steps=500] [disturbance ...]
// A run that was over before it was disturbed is tried again with twice the steps. Exit code 1 if a disturbed run ends in
// another result, or was trained more than once.
import { type ChildProcess, spawn } from 'node:child_process';
import {
	chmodSync,
	cpSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobFolder } from '../../harness/launch/job-files.ts';
import { fewerLabels } from '../../harness/launch/program.ts';
import { readLock } from '../../harness/run/lock/lock-file.ts';
import { readEvents } from '../../harness/run/run-folder.ts';
import { slurmIsInstalled, startCluster } from './cluster.ts';
import { type Disturbance, disturb, disturbances } from './disturb.ts';

const [stepsText = '500', ...wanted] = process.argv.slice(2);
const chosen = disturbances.filter(name => wanted.length === 0 || wanted.includes(name));
if (chosen.length === 0) throw new Error(`disturbances: ${disturbances.join(', ')}`);
if (!slurmIsInstalled()) {
	process.stdout.write('Slurm is not installed: disturbances are not checked\n');
	process.exit(0);
}

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'fl-disturb-')));
// munged wants every folder above its socket open.
chmodSync(folder, 0o755);
// One thread each: sums are rounded differently on another number.
const grid = (seeds: string, steps: number): string[] => [
	...['run', '--suite', 'smoke', '--methods', 'single-label', '--seeds', seeds, '--steps', String(steps)],
	...['--threads', '1', '--checkpoint-every', '1', '--json'],
];

/** Seconds that a run must train undisturbed, so that Slurm's notice of a time limit meets it at work; see `limits`. */
const longTraining = 120;
// Slurm looks at limits every half minute and sends the notice up to half a minute early: 30 to 60 seconds after the
// start of the job here.
const limits = { 'time limit': '--time=2 --signal=B:USR1@60', others: '--time=30' };

function start(parameters: readonly string[], environment: Readonly<Record<string, string>> = {}) {
	const [program, ...before] = fewerLabels;
	const child: ChildProcess = spawn(program, [...before, ...parameters], {
		stdio: ['ignore', 'ignore', 'pipe'],
		env: { ...process.env, ...environment },
	});
	let stderr = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		stderr += text;
	});
	const ended = new Promise<{ code: number | null; stderr: string }>(resolve =>
		child.on('close', code => resolve({ code, stderr })),
	);
	const running = (): boolean => child.exitCode === null && child.signalCode === null;
	return { ended, running, kill: () => child.kill('SIGKILL') };
}

const runFolder = (out: string, seed: number): string | undefined => {
	const runs = path.join(out, 'runs');
	const name = existsSync(runs)
		? readdirSync(runs).find(each => each.startsWith(`single-label-seed-${seed}-`))
		: undefined;
	return name && path.join(runs, name);
};

/**
 * The process that owns a run's job, once the run has a checkpoint and has been at work for a while; undefined if it ends
 * before.
 */
async function ownerAtWork(out: string, seed: number, running: () => boolean): Promise<number | undefined> {
	for (; running(); await sleep(100)) {
		const run = runFolder(out, seed);
		if (!run || !existsSync(path.join(run, 'checkpoints', 'latest.json'))) continue;
		// Slurm is slow to notice a node that dies in the first seconds of a job.
		await sleep(6000);
		const id = path.basename(run).slice(-12);
		const owner = readLock(jobFolder(out, id))?.lock?.owner;
		if (owner) return owner.pid;
	}
	return undefined;
}

/** Of a run after a disturbance. */
interface Verdict {
	/** What is wrong about it; empty if nothing is. */
	readonly wrong: readonly string[];
	/** Whether the run was over before the disturbance met it. */
	readonly missed: boolean;
}

function compare(disturbance: Disturbance, run: string, reference: string): Verdict {
	const wrong: string[] = [];
	const bytes = (at: string): string => readFileSync(path.join(at, 'result.json'), 'utf8');
	if (bytes(run) !== bytes(reference)) wrong.push('another result');
	const events = readEvents(run);
	const count = (name: string): number => events.filter(({ event }) => event === name).length;
	if (count('completed') !== 1) wrong.push(`completed ${count('completed')} times`);
	const resumed = events.filter(({ event }) => event === 'resumed').map(({ step }) => Number(step));
	if (disturbance === 'killed slurmctld') {
		if (resumed.length > 0) wrong.push('started again although only the controller died');
		return { wrong, missed: false };
	}
	// A run that was killed starts again from nothing or from a checkpoint; one that never did ended by itself.
	const missed = wrong.length === 0 && count('started') === 1 && resumed.length === 0;
	if (resumed.length === 0 || resumed.some(step => step < 1)) {
		wrong.push(`not gone on from a checkpoint (${resumed.length} resumptions)`);
	}
	return { wrong, missed };
}

/** Trains seeds undisturbed, with the shared networks of an earlier grid if there is one. */
async function train(
	seeds: readonly number[],
	steps: number,
	out: string,
	earlier?: string,
): Promise<string> {
	if (earlier) cpSync(path.join(earlier, 'shared'), path.join(out, 'shared'), { recursive: true });
	const startedAt = Date.now();
	const words = [...grid(seeds.join(','), steps), '--jobs', '2', '--out', out];
	const { code, stderr } = await start(words).ended;
	if (code !== 0) throw new Error(`the undisturbed grid: exit code ${code}\n${stderr}`);
	const seconds = Math.round((Date.now() - startedAt) / 1000);
	process.stdout.write(`undisturbed: ${seeds.length} runs of ${steps} steps in ${seconds} s\n`);
	return out;
}

/** Seconds of one step: preparing and scoring do not count. */
function secondsPerStep(run: string): number {
	const logged = readEvents(run).filter(({ event }) => event === 'metrics');
	const [first, last] = [logged[0]!, logged.at(-1)!];
	return (last.time - first.time) / 1000 / (Number(last.step) - Number(first.step));
}

interface Trial {
	readonly seed: number;
	readonly steps: number;
	/** Output folder of the undisturbed grid. */
	readonly reference: string;
}

/** Disturbs a run on a cluster of its own. */
async function disturbRun(disturbance: Disturbance, { seed, steps, reference }: Trial): Promise<Verdict> {
	const name = `seed-${seed}-steps-${steps}`;
	const out = path.join(folder, name);
	cpSync(path.join(reference, 'shared'), path.join(out, 'shared'), { recursive: true });
	const home = path.join(folder, `cluster-${name}`);
	const cluster = await startCluster({ lifeOf: process.pid, folder: home, nodes: 1, cpus: 2, gpus: 1 });
	const startedAt = Date.now();
	const timeLimited = disturbance === 'time limit';
	const words = [...grid(String(seed), steps), '--out', out, '--launcher', 'slurm', '--gres', 'gpu:1'];
	const launcher = start(
		[...words, '--slurm-options', timeLimited ? limits['time limit'] : limits.others],
		cluster.environment,
	);
	try {
		const owner = timeLimited ? undefined : await ownerAtWork(out, seed, launcher.running);
		const met = owner !== undefined && (await disturb(disturbance, cluster, 'n1', owner));
		const { code, stderr } = await launcher.ended;
		const run = runFolder(out, seed);
		if (code !== 0 || !run) return { wrong: [`exit code ${code}:\n${stderr}`], missed: false };
		const verdict = compare(disturbance, run, runFolder(reference, seed)!);
		const missed = verdict.missed || (!timeLimited && !met);
		const resumedAt = readEvents(run).flatMap(({ event, step }) => (event === 'resumed' ? [step] : []));
		const how = resumedAt.length > 0 ? `, resumed at step ${resumedAt.join(', ')}` : '';
		const seconds = Math.round((Date.now() - startedAt) / 1000);
		const mark = missed ? 'too late for' : verdict.wrong.length === 0 ? '✓' : '✗';
		const why = missed ? '' : verdict.wrong.map(text => `: ${text}`).join('');
		process.stdout.write(`${mark} ${disturbance}, ${steps} steps (${seconds} s${how})${why}\n`);
		return { ...verdict, missed };
	} finally {
		// It would wait for the controller forever.
		if (launcher.running()) launcher.kill();
		await cluster.stop();
	}
}

/** What is wrong about the end of a disturbed run. The machine may be faster in a while than when its steps were timed. */
async function check(disturbance: Disturbance, first: Trial, shared: string): Promise<readonly string[]> {
	let trial = first;
	for (let attempt = 1; ; attempt++) {
		const { wrong, missed } = await disturbRun(disturbance, trial);
		if (!missed) return wrong;
		if (attempt === 3) return [`over before it was disturbed, with ${trial.steps} steps too`];
		const { seed, steps } = trial;
		trial = { seed, ...(await trainLonger(seed, 2 * steps, shared)) };
	}
}

/** An undisturbed run of more steps, with the shared networks of the first grid. */
async function trainLonger(
	seed: number,
	steps: number,
	shared: string,
): Promise<{ steps: number; reference: string }> {
	const out = path.join(folder, `reference-${seed}-steps-${steps}`);
	return { steps, reference: await train([seed], steps, out, shared) };
}

try {
	const steps = Number(stepsText);
	const seeds = chosen.map((_, index) => index + 1);
	const reference = await train(seeds, steps, path.join(folder, 'reference'));
	const longSteps = Math.max(steps, Math.ceil(longTraining / secondsPerStep(runFolder(reference, 1)!)));
	const wrong = await Promise.all(
		chosen.map(async (disturbance, index) => {
			const seed = seeds[index]!;
			try {
				const long = disturbance === 'time limit' && longSteps > steps;
				const trial = long ? await trainLonger(seed, longSteps, reference) : { steps, reference };
				return await check(disturbance, { seed, ...trial }, reference);
			} catch (error) {
				// One that breaks must not end the others' clusters under them.
				const { message } = error as Error;
				process.stdout.write(`✗ ${disturbance}: ${message}\n`);
				return [message];
			}
		}),
	);
	const failed = wrong.filter(list => list.length > 0).length;
	process.stdout.write(
		`${wrong.length - failed} of ${wrong.length} disturbances end as if nothing had happened\n`,
	);
	process.exitCode = failed === 0 ? 0 : 1;
} finally {
	rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
}
