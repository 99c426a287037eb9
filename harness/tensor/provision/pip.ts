import { readdirSync, rmSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import { makeFolder, unwritable } from './disk-space.ts';
import { lastLines, runProgram } from './run-program.ts';

/** Ways to start pip, in the order they are tried. */
const candidates = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']] as const;

/**
 * The command that starts pip on this machine, as program and arguments, and its version line.
 *
 * @throws EnvironmentError if there is no Python, or a Python without pip
 */
export async function findPip(
	environment: NodeJS.ProcessEnv,
): Promise<{ readonly command: readonly string[]; readonly version: string }> {
	let python = false;
	for (const command of candidates) {
		const { started, exitCode, stdout } = await runProgram(command[0], [...command.slice(1), '--version'], {
			environment,
			timeoutMs: 60_000,
		});
		if (exitCode === 0) return { command, version: stdout.trim() };
		python ||= started;
	}
	throw new EnvironmentError(
		python
			? 'TensorFlow runtime: this Python has no pip, which fetches the native library'
			: 'TensorFlow runtime: no python3 or pip on the PATH; pip fetches the native library',
		'install Python with pip (`apt-get install python3-pip`, `dnf install python3-pip`), or give the library with `setup --tensorflow PATH`',
	);
}

const networkTrouble =
	/ConnectionError|NewConnectionError|ConnectTimeout|ReadTimeout|Max retries|Retrying|ProxyError|SSLError|Connection (refused|reset)|Network is unreachable|name resolution|timed out/u;

/** What went wrong, from pip's output. */
function explainFailure(requirement: string, output: string): EnvironmentError {
	const offline = 'or fetch the wheel on another machine and give it with `setup --tensorflow WHEEL`';
	if (/No space left on device|Disk quota exceeded/u.test(output)) {
		return new EnvironmentError(
			`pip download ${requirement}: the disk is full`,
			'free some space, or set FEWER_LABELS_CACHE to a folder on a larger disk, and run `setup` again',
		);
	}
	// pip ends with "no matching distribution" also when it reached no index: the reason stands further up.
	const line = output.split('\n').find(text => networkTrouble.test(text));
	if (line) {
		const reason = /\[Errno -?\d+\] [^'")]+|timed out/u.exec(line)?.[0] ?? line.trim().slice(0, 200);
		return new EnvironmentError(
			`pip download ${requirement}: the package index cannot be reached (${reason.trim().slice(0, 300)})`,
			`check network, proxy (HTTPS_PROXY) and pip settings (PIP_INDEX_URL), ${offline}`,
		);
	}
	if (/No matching distribution|Could not find a version/u.test(output)) {
		return new EnvironmentError(
			`pip download ${requirement}: the package index has no such wheel for this machine`,
			`check that PIP_INDEX_URL names a complete index, ${offline}`,
		);
	}
	return new EnvironmentError(
		`pip download ${requirement} failed:\n${lastLines(output, 5)}`,
		`run it by hand to see more, ${offline}`,
	);
}

/** Bytes of the files in a folder and its subfolders; 0 where files vanish meanwhile. */
function bytesIn(folder: string): number {
	let bytes = 0;
	try {
		for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
			if (entry.isFile()) bytes += statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size;
		}
	} catch {
		// pip moves its temporary files while we look.
	}
	return bytes;
}

const unitBytes: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 };

export interface PipDownloadOptions {
	/** What to download, for example `tensorflow-cpu==2.21.0`. */
	readonly requirement: string;
	/**
	 * Platform tag of the wheel, for example `manylinux_2_27_x86_64`. With it, the wheel of CPython 3.12 is taken
	 * whatever Python runs pip: only its shared libraries are used. Default: a wheel for any Python and this machine.
	 */
	readonly platformTag?: string;
	/** Where the wheel goes. */
	readonly folder: string;
	readonly environment: NodeJS.ProcessEnv;
	/** Gets a line now and then with the part that has come. */
	readonly report: (line: string) => void;
}

/**
 * Downloads one wheel with pip, without what it depends on, and returns its path. The file appears in the folder
 * only when it is complete.
 *
 * @throws EnvironmentError if pip is missing or fails: no network, no such wheel, disk full
 */
export async function downloadWithPip(options: PipDownloadOptions): Promise<string> {
	const { requirement, folder, environment, report } = options;
	const { command } = await findPip(environment);
	// pip's own temporary files too: /tmp is often small.
	const partial = path.join(folder, 'partial');
	rmSync(partial, { recursive: true, force: true });
	makeFolder(path.join(partial, 'wheel'));
	makeFolder(path.join(partial, 'temporary'));

	let expectedBytes = 0;
	let name = requirement;
	let reported = 0;
	const onLine = (line: string): void => {
		const match = /Downloading (?:\S*\/)?([^/\s]+\.whl)\S* \(([\d.]+) (kB|MB|GB)\)/u.exec(line);
		if (match) [name, expectedBytes] = [match[1], Number(match[2]) * unitBytes[match[3]]];
	};
	const progress = setInterval(() => {
		if (expectedBytes === 0) return;
		const percent = Math.min(99, Math.floor((100 * bytesIn(partial)) / expectedBytes));
		if (percent < reported + 10) return;
		reported = percent;
		report(`  ${name}: ${percent} % of ${Math.round(expectedBytes / 1e6)} MB`);
	}, 1000);
	const tags = options.platformTag
		? [
				'--platform',
				options.platformTag,
				'--python-version',
				'3.12',
				'--implementation',
				'cp',
				'--abi',
				'cp312',
			]
		: [];
	try {
		const { exitCode, output } = await runProgram(
			command[0],
			[
				...command.slice(1),
				...['download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--disable-pip-version-check'],
				...[
					'--retries',
					'2',
					'--progress-bar',
					'off',
					...tags,
					'--dest',
					path.join(partial, 'wheel'),
					requirement,
				],
			],
			{
				environment: { ...environment, TMPDIR: path.join(partial, 'temporary'), PYTHONUNBUFFERED: '1' },
				onLine,
			},
		);
		if (exitCode !== 0) throw explainFailure(requirement, output);
		const wheel = readdirSync(path.join(partial, 'wheel')).find(file => file.endsWith('.whl'));
		if (!wheel) throw explainFailure(requirement, output);
		await rename(path.join(partial, 'wheel', wheel), path.join(folder, wheel)).catch(error => {
			throw unwritable(folder, error);
		});
		return path.join(folder, wheel);
	} finally {
		clearInterval(progress);
		rmSync(partial, { recursive: true, force: true });
	}
}
