import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** Version of the TensorFlow wheels that `setup` takes from pip. */
export const pipTensorflowVersion = '2.21.0';

/** Node-API version that the addons are compiled for; TensorFlow.js names it in its package. */
export const nodeApiVersion = 8;

/** Raise when the layout of a runtime folder or the way it is built changes. */
const layoutVersion = 1;

/** Folder of the installed @tensorflow/tfjs-node-gpu package. */
export function bindingPackageFolder(): string {
	return path.dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

/** Folder of the Node-API headers. */
export function nodeApiHeadersFolder(): string {
	return path.join(path.dirname(require.resolve('node-api-headers/package.json')), 'include');
}

/** Our own addon, which loads the library without its start-up notes. */
export const quietLoaderSource = fileURLToPath(new URL('./quiet-loader.cc', import.meta.url));

function versionOf(packageName: string): string {
	return (require(`${packageName}/package.json`) as { version: string }).version;
}

let build: string | undefined;

/**
 * Digest (16 hex digits) of everything that the addons are built from, the library apart: their sources, the
 * Node-API headers, platform, and our own layout. An upgraded package therefore gets a new runtime.
 */
export function currentBuild(): string {
	if (build) return build;
	const hash = createHash('sha256');
	const binding = path.join(bindingPackageFolder(), 'binding');
	hash.update(JSON.stringify([layoutVersion, nodeApiVersion, process.platform, process.arch]));
	hash.update(versionOf('@tensorflow/tfjs-node-gpu')).update(versionOf('node-api-headers'));
	for (const name of readdirSync(binding).sort()) hash.update(readFileSync(path.join(binding, name)));
	hash.update(readFileSync(quietLoaderSource));
	build = hash.digest('hex').slice(0, 16);
	return build;
}

/** What tells one native library from another before it is loaded. */
export interface LibraryIdentity {
	readonly flavour: 'cpu' | 'cuda';
	/** Version, or a short word where it is not known before loading. */
	readonly version: string;
	/** Where it comes from; for a path, with what tells a replaced file from the old one. */
	readonly origin: string;
}

/** Name of a runtime folder: flavour, versions, machine, and a digest of the build and the library's origin. */
export function runtimeId({ flavour, version, origin }: LibraryIdentity): string {
	const digest = createHash('sha256')
		.update(JSON.stringify([currentBuild(), version, origin]))
		.digest('hex')
		.slice(0, 10);
	const binding = `tfjs${versionOf('@tensorflow/tfjs-node-gpu')}`;
	return `${flavour}-tf${version}-${binding}-${process.platform}-${process.arch}-${digest}`;
}

/** Describes a file or folder so that a replaced one gives another text: real path, size, time of change. */
export function originOf(file: string): string {
	const real = realpathSync(file);
	const { size, mtimeMs } = statSync(real);
	return `${real} ${size} ${Math.floor(mtimeMs)}`;
}
