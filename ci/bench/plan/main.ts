// Seconds that `plan`, `watch --once` and `report` take on a grid of 10,000 run folders: the real commands, from start
// to end of the process. `report` gets a grid of its own, in which every run is done.
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/plan/main.ts [runs] [--at-most SECONDS]
//
// Times of the processor too, because other work on the machine slows the clock and not them.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { markdownTable } from 'markdown-table';
import { makeManyRuns } from '../../../test/reports/make-many-runs.ts';
import { makeFolders } from './make-folders.ts';

const count = Number(process.argv.slice(2).find(text => /^\d+$/u.test(text)) ?? 10_000);
const limitAt = process.argv.indexOf('--at-most');
const limit = limitAt > 0 ? Number(process.argv[limitAt + 1]) : undefined;
const binary = path.resolve('harness/cli/fewer-labels.js');

/** Prints its own processor time where it ends, so that only the command is counted. */
const exitHook =
	"process.on('exit',()=>require('fs').writeFileSync(process.env.BENCH_OUT,JSON.stringify(process.cpuUsage())))";

interface Timing {
	readonly wall: number;
	readonly processor: number;
}

function time(folder: string, parameters: readonly string[]): Timing {
	const file = path.join(folder, 'bench.json');
	const hook = path.join(folder, 'hook.cjs');
	writeFileSync(hook, exitHook);
	const startedAt = performance.now();
	const { status, stderr } = spawnSync(process.execPath, ['--require', hook, binary, ...parameters], {
		encoding: 'utf8',
		env: { ...process.env, BENCH_OUT: file },
		maxBuffer: 2 ** 30,
	});
	const wall = (performance.now() - startedAt) / 1000;
	if (status !== 0) throw new Error(`${parameters[0]} ended with ${status}: ${stderr}`);
	const { user, system } = JSON.parse(readFileSync(file, 'utf8')) as { user: number; system: number };
	return { wall, processor: (user + system) / 1e6 };
}

const grid = await makeFolders(count);
const { folder } = makeManyRuns(count);
const commands: ReadonlyArray<readonly [name: string, folder: string, parameters: readonly string[]]> = [
	['plan', grid.out, ['plan', ...grid.options]],
	['plan --json', grid.out, ['plan', '--json', ...grid.options]],
	['watch --once', grid.out, ['watch', '--once', grid.out]],
	['report', folder, ['report', folder]],
];
const rows: string[][] = [];
let slow = false;
try {
	for (const [name, where, parameters] of commands) {
		time(where, parameters);
		const timings = [1, 2, 3].map(() => time(where, parameters));
		const best = (key: keyof Timing): number => Math.min(...timings.map(timing => timing[key]));
		const runs = name === 'report' ? count : grid.runs;
		rows.push([name, String(runs), best('wall').toFixed(2), best('processor').toFixed(2)]);
		if (limit !== undefined && best('processor') > limit) slow = true;
	}
} finally {
	for (const each of [grid.out, folder]) rmSync(each, { recursive: true, force: true });
}
const header = ['command', 'runs', 'seconds', 'seconds of processor'];
process.stdout.write(`${markdownTable([header, ...rows], { align: ['l', 'r', 'r', 'r'] })}\n`);
if (slow) process.exitCode = 5;
