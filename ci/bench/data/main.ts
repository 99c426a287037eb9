// All benchmarks of this folder, one after the other, as a table and as JSON. From the repository root:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/data/main.ts FOLDER [--originals FOLDER] \
//     [--python python3] [--images 100000] [--limit 500] [--kills 20] [--only decode,kill-pack] [--out data.json]
//
// FOLDER has one sub-folder of JPEG pictures a class; --originals is another one for the decoders, whose pictures should
// have the sizes that cameras gave them. --python is one that has Pillow, and torchvision if it is to take part.
// Takes a quarter of an hour on two quiet cores, most of it for --images and --kills. Exit code 1 if a benchmark failed; the
// others are run all the same.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { writeFileAtomically } from '../../../harness/write-atomically.ts';
import { type BenchmarkName, summarize } from './summaries.ts';

const hook = fileURLToPath(new URL('../../../harness/runtime/register-typescript.js', import.meta.url));
const binary = fileURLToPath(new URL('../../../harness/cli/fewer-labels.js', import.meta.url));

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: {
		originals: { type: 'string' },
		python: { type: 'string', default: 'python3' },
		images: { type: 'string', default: '100000' },
		limit: { type: 'string', default: '500' },
		kills: { type: 'string', default: '20' },
		only: { type: 'string' },
		out: { type: 'string' },
	},
});
const [pictures] = positionals;
if (!pictures) throw new Error('give a folder of pictures with one sub-folder a class');
const originals = values.originals ?? pictures;

/** Exit code of what this machine does not let a benchmark do. */
const notHere = 7;

/** Runs a program of this project to its end; its standard output. */
async function run(parameters: readonly string[]): Promise<string> {
	const child = spawn(process.execPath, ['--import', hook, ...parameters], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let output = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		output += text;
	});
	const code = await new Promise(resolve => child.once('close', resolve));
	if (code === notHere) throw new Error('not on this machine: the reason is above');
	if (code !== 0) throw new Error(`it ended with ${code}: ${output.trim()}`);
	return output;
}

const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-bench-'));
const packed = path.join(folder, 'packed');
const { python, images, limit, kills } = values;
const memory = (form: string, ...rest: string[]): string[] => [
	...['pack-memory.ts', pictures, '--images', images, '--form', form, ...rest],
];
const kill = (form: string): string[] => [
	...['kill-pack.ts', `folder:${pictures}`, '--kills', kills, '--form', form],
];
const benchmarks: ReadonlyArray<readonly [name: BenchmarkName, parameters: readonly string[]]> = [
	['decode', ['decode.ts', originals, '--python', python]],
	['decode-parts', ['decode-parts.ts', originals, '--python', python]],
	['decoders', ['decoders.ts', originals, '--python', python]],
	['read', ['read.ts', packed]],
	['stall', ['stall.ts', `packed:${path.join(folder, 'small')}`]],
	['pack-memory', memory('pixels')],
	['pack-memory', memory('pixels', '--limit', limit)],
	['pack-memory', memory('bytes')],
	['pack-memory', memory('bytes', '--limit', limit)],
	['kill-pack', kill('pixels')],
	['kill-pack', kill('bytes')],
];
const wanted = values.only?.split(',') ?? benchmarks.map(([name]) => name);
const unknown = wanted.find(name => !benchmarks.some(([known]) => known === name));
if (unknown !== undefined) throw new Error(`--only: there is no benchmark ${unknown}`);

const rows: string[][] = [];
const results: Array<{ name: string; command: readonly string[]; result?: unknown; problem?: string }> = [];
const machine = { processor: cpus()[0].model, cores: cpus().length, node: process.version };
/** After every benchmark: whoever stops the others keeps it. */
const save = (): void => {
	if (!values.out) return;
	writeFileAtomically(values.out, `${JSON.stringify({ machine, results }, undefined, '\t')}\n`);
};
try {
	for (const [name, resolution, out] of [
		['read', '128', packed],
		['stall', '32', path.join(folder, 'small')],
	] as const) {
		if (!wanted.includes(name)) continue;
		await run([binary, 'pack', `folder:${pictures}`, out, '--resolution', resolution]);
	}
	for (const [name, [script, ...rest]] of benchmarks) {
		if (!wanted.includes(name)) continue;
		process.stderr.write(`${script} ${rest.join(' ')}\n`);
		const command = [script, ...rest];
		try {
			const result = JSON.parse(await run([fileURLToPath(new URL(script, import.meta.url)), ...rest]));
			results.push({ name, command, result });
			rows.push(...summarize(name, result));
		} catch (error) {
			const problem = (error as Error).message.split('\n')[0];
			results.push({ name, command, problem });
			rows.push([name, rest.slice(1).join(' '), problem]);
			process.exitCode = 1;
		}
		save();
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${markdownTable([['benchmark', 'of', 'measured'], ...rows])}\n`);
