// Peak memory of packing many pictures, all of them different, counted over all processes of the pack. From the
// repository root:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/data/pack-memory.ts FOLDER \
//     [--images 100000] [--resolution 64] [--form pixels|bytes] [--jobs 2] [--limit MB] [--cold]
//
// FOLDER has one sub-folder a class. Peaks are of the resident set and, apart, of its two parts: memory of the
// processes' own, and pages of files, nearly all of them TensorFlow's library, which the system shares and drops.
//
// With --limit the pack runs in a control group that gets this many megabytes (10^6 bytes) and no swap. Everything
// that it touches is charged to the group: the pictures are written there, and it works on a copy of TensorFlow's
// library that is made there, so that none of its pages are in the cache at another group's expense. Where no such
// group can be made the reason is printed, and the exit code is 7. Exit code 5: it needed more, and was killed.
// --cold: the project's TypeScript has never been run on this machine.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cacheFolder, requireRuntime } from '../../../harness/tensor/runtime-location.ts';
import { type GroupMemory, type MemoryGroup, makeMemoryGroup } from './memory-group.ts';
import { readProcessMemory } from './process-memory.ts';

export interface PackMemoryOptions {
	/** Folder of pictures, one sub-folder a class. */
	readonly source: string;
	readonly images: number;
	readonly resolution: number;
	readonly form: 'pixels' | 'bytes';
	readonly jobs: number;
	/** Megabytes (10^6 bytes) that the pack gets. Default no limit. */
	readonly limit?: number;
	/** Nothing of the project's TypeScript has been translated yet. Default false. */
	readonly cold?: boolean;
}

export interface PackMemory {
	readonly images: number;
	readonly form: 'pixels' | 'bytes';
	readonly exitCode: number | null;
	readonly seconds: number;
	readonly processorSeconds: number;
	/** Megabytes (10^6 bytes). */
	readonly residentMB: number;
	readonly ownMB: number;
	readonly filesMB: number;
	readonly limitMB?: number;
	/** As the group counted, in megabytes: all of `own`, `mapped` and the page cache. */
	readonly group?: Record<string, number | string>;
}

const binary = fileURLToPath(new URL('../../../harness/cli/fewer-labels.js', import.meta.url));
const hook = fileURLToPath(new URL('../../../harness/runtime/register-typescript.js', import.meta.url));
const maker = fileURLToPath(new URL('./make-pictures.ts', import.meta.url));
const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

async function run(
	words: readonly string[],
	environment: NodeJS.ProcessEnv,
	onSample: (pid: number) => void = () => {},
): Promise<{ code: number | null; signal: string | null }> {
	const [program, ...rest] = words;
	const child = spawn(program, rest, {
		stdio: ['ignore', 'ignore', 'inherit'],
		env: { ...process.env, ...environment },
	});
	const timer = setInterval(() => onSample(child.pid as number), 25);
	const ended = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code, signal) => resolve({ code, signal }));
	});
	clearInterval(timer);
	return ended;
}

/** See the head of this file. @returns or why no group can be made */
async function measurePack(options: PackMemoryOptions): Promise<PackMemory | string> {
	const { images, resolution, form, jobs, limit, cold = false } = options;
	let group: MemoryGroup | undefined;
	if (limit !== undefined) {
		const made = makeMemoryGroup(limit * 1e6);
		if (typeof made === 'string') return made;
		group = made;
	}
	const inside = (words: readonly string[]): readonly string[] => group?.command(words) ?? words;
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-memory-'));
	try {
		const cache = path.join(folder, 'cache');
		mkdirSync(path.join(cache, 'runtime'), { recursive: true });
		const runtime = requireRuntime().folder;
		const copy = path.join(cache, 'runtime', path.basename(runtime));
		if (!group) symlinkSync(runtime, copy);
		else await run(inside(['cp', '--recursive', '--dereference', runtime, copy]), {});
		const translated = path.join(cacheFolder(), 'typescript');
		if (!cold) cpSync(translated, path.join(cache, 'typescript'), { recursive: true });
		const pictures = path.join(folder, 'pictures');
		const source = path.resolve(options.source);
		const made = await run(
			inside([process.execPath, '--import', hook, maker, source, pictures, String(images)]),
			{},
		);
		if (made.code !== 0) throw new Error(`the pictures were not made (${made.signal ?? made.code})`);

		const words = [process.execPath, binary, 'pack', `folder:${pictures}`, path.join(folder, 'out')];
		words.push('--resolution', String(resolution), '--form', form, '--jobs', String(jobs), '--json');
		const most = { resident: 0, own: 0, files: 0, processor: 0 };
		const mostOfGroup = { own: 0, mapped: 0 };
		const startedAt = performance.now();
		const { code } = await run(inside(words), { FEWER_LABELS_CACHE: cache }, pid => {
			const now = readProcessMemory(pid);
			most.resident = Math.max(most.resident, now.resident, now.highest);
			most.own = Math.max(most.own, now.own);
			most.files = Math.max(most.files, now.files);
			most.processor = Math.max(most.processor, now.processorSeconds);
			if (!group) return;
			const counted = group.read();
			mostOfGroup.own = Math.max(mostOfGroup.own, counted.own);
			mostOfGroup.mapped = Math.max(mostOfGroup.mapped, counted.mapped);
		});
		const counted: GroupMemory | undefined = group?.read();
		return {
			images,
			form,
			exitCode: code,
			seconds: Math.round((performance.now() - startedAt) / 1000),
			processorSeconds: Math.round(most.processor),
			residentMB: megabytes(most.resident),
			ownMB: megabytes(most.own),
			filesMB: megabytes(most.files),
			...(group &&
				counted && {
					limitMB: limit,
					group: {
						version: group.version,
						peakMB: Number((counted.peak / 1e6).toFixed(3)),
						ownMB: megabytes(mostOfGroup.own),
						mappedMB: megabytes(mostOfGroup.mapped),
						limitMet: counted.limitMet,
						killed: counted.killed,
					},
				}),
		};
	} finally {
		rmSync(folder, { recursive: true, force: true });
		await group?.remove();
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { positionals, values } = parseArgs({
		allowPositionals: true,
		options: {
			images: { type: 'string', default: '100000' },
			resolution: { type: 'string', default: '64' },
			form: { type: 'string', default: 'pixels' },
			jobs: { type: 'string', default: '2' },
			limit: { type: 'string' },
			cold: { type: 'boolean', default: false },
		},
	});
	const result = await measurePack({
		source: positionals[0],
		images: Number(values.images),
		resolution: Number(values.resolution),
		form: values.form as 'pixels' | 'bytes',
		jobs: Number(values.jobs),
		cold: values.cold,
		...(values.limit !== undefined && { limit: Number(values.limit) }),
	});
	if (typeof result === 'string') {
		process.stderr.write(`no group with a limit can be made here: ${result}\n`);
		process.exitCode = 7;
	} else {
		process.stdout.write(`${JSON.stringify(result)}\n`);
		if (result.exitCode !== 0) process.exitCode = 5;
	}
}
