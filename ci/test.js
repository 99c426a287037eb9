// `npm test`: provisions the native runtime if need be, then runs the tests with a forecast of the time left.
// Arguments go to AVA: `npm test -- test/harness/train/adam.test.ts`.
import '../harness/runtime/register-typescript.js';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const { provisionRuntime } = await import('../harness/tensor/provision/provision.ts');
const { ActionableError } = await import('../harness/errors.ts');
const { formatDuration } = await import('../harness/launch/duration.ts');

try {
	await provisionRuntime({}, line => process.stderr.write(`${line}\n`));
} catch (error) {
	if (!(error instanceof ActionableError)) throw error;
	process.stderr.write(`Error: ${error.message}\n${error.fix ? `Fix: ${error.fix}\n` : ''}`);
	process.exit(error.exitCode);
}

const given = process.argv.slice(2);
// The command line lies beside the module; the package exports no path to it.
const ava = path.join(path.dirname(fileURLToPath(import.meta.resolve('ava'))), 'cli.mjs');
// What tests leave in the folder for temporary files goes with it. A short name, as sockets lie below.
const temporary = realpathSync(mkdtempSync(path.join(tmpdir(), 'fl-')));
// munged wants every folder above its socket open.
chmodSync(temporary, 0o755);
const child = spawn(process.execPath, [ava, ...given], {
	stdio: ['ignore', 'pipe', 'inherit'],
	env: { ...process.env, TMPDIR: temporary, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
});

// AVA prefixes each line with the file's place: `✔ harness › train › adam › title`.
const files = new Set(
	readdirSync('test', { recursive: true })
		.filter(name => name.endsWith('.test.ts'))
		.map(name => name.replace('.test.ts', '').split(path.sep).join(' › ')),
);
const begun = new Set();
const startedAt = Date.now();
let unread = '';
child.stdout.setEncoding('utf8');
child.stdout.on('data', text => {
	process.stdout.write(text);
	const lines = (unread + text).split('\n');
	unread = lines.pop();
	for (const line of lines) {
		for (const file of files) if (!begun.has(file) && line.includes(` ${file} › `)) begun.add(file);
	}
});
const everyMs = 20_000;
const timer = setInterval(() => {
	if (given.length > 0 || begun.size < 3) return;
	const elapsedMs = Date.now() - startedAt;
	const leftMs = (elapsedMs * (files.size - begun.size)) / begun.size;
	process.stderr.write(
		`[${formatDuration(elapsedMs)}: ${begun.size} of ${files.size} test files, about ${formatDuration(leftMs)} left]\n`,
	);
}, everyMs);

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('close', (code, signal) => {
	clearInterval(timer);
	try {
		rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
	} catch (error) {
		process.stderr.write(`left behind: ${error.message}\n`);
	}
	process.exitCode = signal ? 130 : code;
});
