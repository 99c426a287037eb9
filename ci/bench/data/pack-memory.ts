// Peak memory of packing many pictures. Makes a folder with this many names for the pictures of another one (links,
// so it takes no room), packs it, and watches the process. From the repository root:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/data/pack-memory.ts FOLDER \
//     [--images 100000] [--resolution 64] [--form pixels|bytes] [--jobs 2]
//
// FOLDER has one sub-folder a class. Peaks are of the resident set and, apart, of its two parts: memory of the
// process's own, and pages of files, nearly all of them TensorFlow's library, which the system shares and drops.
import { spawn } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: {
		images: { type: 'string', default: '100000' },
		resolution: { type: 'string', default: '64' },
		form: { type: 'string', default: 'pixels' },
		jobs: { type: 'string', default: '2' },
	},
});
const wanted = Number(values.images);
const source = path.resolve(positionals[0]);
const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-memory-'));
const classes = readdirSync(source);
const originals = classes.map(name =>
	readdirSync(path.join(source, name)).map(file => path.join(source, name, file)),
);
let made = 0;
for (const [split, count] of [
	['train', wanted - classes.length],
	['val', classes.length],
] as const) {
	for (const [label, name] of classes.entries()) {
		const target = path.join(folder, 'pictures', split, name);
		mkdirSync(target, { recursive: true });
		for (let number = 0; label + number * classes.length < count; number++) {
			const link = path.join(target, `${String(number).padStart(7, '0')}.jpg`);
			const original = originals[label][number % originals[label].length];
			try {
				linkSync(original, link);
			} catch {
				// Another file system.
				symlinkSync(original, link);
			}
			made += 1;
		}
	}
}
const binary = fileURLToPath(new URL('../../../harness/cli/fewer-labels.js', import.meta.url));
const words = ['pack', `folder:${path.join(folder, 'pictures')}`, path.join(folder, 'out')];
words.push('--resolution', values.resolution, '--form', values.form, '--jobs', values.jobs, '--json');
const startedAt = performance.now();
const child = spawn(process.execPath, [binary, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
let output = '';
child.stdout.on('data', (chunk: Buffer) => {
	output = (output + chunk).slice(-20_000);
});
const peaks = { residentMiB: 0, ownMiB: 0, filesMiB: 0 };
const timer = setInterval(() => {
	try {
		const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
		const read = (name: string): number =>
			Number(new RegExp(`^${name}:\\s+(\\d+)`, 'mu').exec(status)?.[1] ?? 0) / 1024;
		peaks.residentMiB = Math.max(peaks.residentMiB, read('VmHWM'));
		peaks.ownMiB = Math.max(peaks.ownMiB, read('RssAnon'));
		peaks.filesMiB = Math.max(peaks.filesMiB, read('RssFile'));
	} catch {
		// It has just ended.
	}
}, 50);
const code = await new Promise(resolve => child.once('exit', resolve));
clearInterval(timer);
rmSync(folder, { recursive: true });
const result = JSON.parse(output.trim().split('\n').at(-1) ?? '{}');
process.stdout.write(
	`${JSON.stringify({
		images: made,
		exitCode: code,
		seconds: Math.round((performance.now() - startedAt) / 1000),
		...Object.fromEntries(Object.entries(peaks).map(([name, value]) => [name, Math.round(value)])),
		residentMegabytes: Math.round((peaks.residentMiB * 2 ** 20) / 1e6),
		splits: result.result?.splits,
	})}\n`,
);
