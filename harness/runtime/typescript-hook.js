import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { transformSync } = createRequire(import.meta.url)('@swc/wasm-typescript');

const isTypeScript = url => url.startsWith('file:') && /\.m?ts$/u.test(new URL(url).pathname);

function stripTypes(url) {
	const filename = fileURLToPath(url);
	const { code } = transformSync(readFileSync(filename, 'utf8'), {
		filename,
		mode: 'strip-only',
		module: true,
	});
	return { format: 'module', source: code, shortCircuit: true };
}

/** Loader hook of Node 20 (own thread). */
export async function load(url, context, nextLoad) {
	return isTypeScript(url) ? stripTypes(url) : nextLoad(url, context);
}

/** Loader hook of Node 22.15 and later (same thread). */
export function loadSync(url, context, nextLoad) {
	return isTypeScript(url) ? stripTypes(url) : nextLoad(url, context);
}
