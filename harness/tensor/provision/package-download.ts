import { createWriteStream, readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EnvironmentError } from '../../errors.ts';
import { makeFolder } from './disk-space.ts';
import { lastLines, runProgram } from './run-program.ts';
import { bindingPackageFolder } from './runtime-identity.ts';

export interface PackageDownload {
	readonly address: string;
	/** TensorFlow version of the archive. */
	readonly version: string;
}

/**
 * Address of the library that @tensorflow/tfjs-node-gpu itself would download at installation. Its scripts state
 * host and version and let `TFJS_NODE_CDN_STORAGE` and `TFJS_NODE_BASE_URI` override them; both are read from there.
 *
 * @throws EnvironmentError if the package's scripts no longer say it the way they did in 4.22.0
 */
export function packageDownload(flavour: 'cpu' | 'cuda', environment: NodeJS.ProcessEnv): PackageDownload {
	const scripts = path.join(bindingPackageFolder(), 'scripts');
	const script = readFileSync(path.join(scripts, 'install.js'), 'utf8');
	const packagedHost = /BASE_HOST = CDN_STORAGE \|\| '([^']+)'/u.exec(script)?.[1];
	const constants = createRequire(import.meta.url)(path.join(scripts, 'deps-constants.js')) as {
		LIBTENSORFLOW_VERSION?: string;
	};
	const host = environment.TFJS_NODE_CDN_STORAGE || environment.CDN_STORAGE || packagedHost;
	const version = constants.LIBTENSORFLOW_VERSION;
	if (!host || !version || process.arch !== 'x64') {
		throw new EnvironmentError(
			`TensorFlow runtime: @tensorflow/tfjs-node-gpu offers no library for ${process.platform} on ${process.arch}`,
			'give the library with `setup --tensorflow PATH`',
		);
	}
	const base = environment.TFJS_NODE_BASE_URI || `${host}tensorflow/libtensorflow/libtensorflow-`;
	const kind = flavour === 'cuda' ? 'gpu' : 'cpu';
	return { address: `${base}${kind}-linux-x86_64-${version}.tar.gz`, version };
}

/** Time after which a server that does not answer counts as unreachable. */
const answerTimeoutMs = 30_000;

/**
 * Downloads an archive of libtensorflow and unpacks it into `folder`, as `lib/` and `include/`.
 *
 * @throws EnvironmentError if the server cannot be reached or refuses, or `tar` is missing or fails
 */
export async function downloadPackageLibrary(
	{ address }: PackageDownload,
	folder: string,
	environment: NodeJS.ProcessEnv,
): Promise<void> {
	const archive = `${folder}.tar.gz`;
	makeFolder(folder);
	const abort = new AbortController();
	const timer = setTimeout(
		() => abort.abort(new Error(`no answer in ${answerTimeoutMs} ms`)),
		answerTimeoutMs,
	);
	try {
		const response = await fetch(address, { signal: abort.signal });
		clearTimeout(timer);
		if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`);
		await pipeline(Readable.fromWeb(response.body as never), createWriteStream(`${archive}.partial`));
		await rename(`${archive}.partial`, archive);
	} catch (error) {
		const { message, cause } = error as Error;
		const reason = cause instanceof Error && cause.message ? cause.message : message;
		throw new EnvironmentError(
			`download of ${address} failed: ${reason}`,
			'check the network, or give the library with `setup --tensorflow PATH`',
			error,
		);
	} finally {
		clearTimeout(timer);
	}
	const { exitCode, output } = await runProgram('tar', ['-xzf', archive, '-C', folder], { environment });
	if (exitCode !== 0) {
		throw new EnvironmentError(
			`tar -xzf ${archive} failed${output ? `:\n${lastLines(output, 3)}` : ': tar is not installed'}`,
			'install tar, or delete the archive and run `setup` again',
		);
	}
}
