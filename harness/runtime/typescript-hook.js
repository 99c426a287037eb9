import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createTypeScriptCache } from './typescript-cache.js';

const require = createRequire(import.meta.url);
const { version } = require('@swc/wasm-typescript/package.json');
const cached = createTypeScriptCache({ version: `strip-only ${version}` });

const ownPrefix = 'fewer-labels/';

/** What a module means by a specifier, if it is not what Node would find. */
function ownTarget(specifier) {
	// One copy alone: a second one, installed beside a user's module, would bring a second TensorFlow.
	if (specifier.startsWith(ownPrefix)) return `../../${specifier.slice(ownPrefix.length)}`;
	return undefined;
}

/** Options of methods are zod schemas: a user's module need not install it. */
const isLent = (specifier, error) => specifier === 'zod' && error?.code === 'ERR_MODULE_NOT_FOUND';

const fromHere = context => ({ ...context, parentURL: import.meta.url });

/** Resolver hook of Node 20 (own thread): `fewer-labels/…` is this project, wherever the importing module lies. */
export async function resolve(specifier, context, nextResolve) {
	const target = ownTarget(specifier);
	if (target) return nextResolve(target, fromHere(context));
	try {
		return await nextResolve(specifier, context);
	} catch (error) {
		if (!isLent(specifier, error)) throw error;
		return nextResolve(specifier, fromHere(context));
	}
}

/** Resolver hook of Node 22.15 and later (same thread). */
export function resolveSync(specifier, context, nextResolve) {
	const target = ownTarget(specifier);
	if (target) return nextResolve(target, fromHere(context));
	try {
		return nextResolve(specifier, context);
	} catch (error) {
		if (!isLent(specifier, error)) throw error;
		return nextResolve(specifier, fromHere(context));
	}
}

const isTypeScript = url => url.startsWith('file:') && /\.m?ts$/u.test(new URL(url).pathname);

function stripTypes(url) {
	const filename = fileURLToPath(url);
	// The transformer is two megabytes of machine code: loaded only where a source has changed.
	const code = cached(readFileSync(filename, 'utf8'), source => {
		const { transformSync } = require('@swc/wasm-typescript');
		return transformSync(source, { filename, mode: 'strip-only', module: true }).code;
	});
	return { format: 'module', source: code, shortCircuit: true };
}

/** Loader hook of Node 20 (own thread). */
export async function load(url, context, nextLoad) {
	if (isTypeScript(url)) return stripTypes(url);
	// As Node does it, without a round through its thread pool: packages come in hundreds of files.
	if (context.format === 'module' && url.startsWith('file:')) {
		return { format: 'module', source: readFileSync(fileURLToPath(url)), shortCircuit: true };
	}
	return nextLoad(url, context);
}

/** Loader hook of Node 22.15 and later (same thread). */
export function loadSync(url, context, nextLoad) {
	return isTypeScript(url) ? stripTypes(url) : nextLoad(url, context);
}
