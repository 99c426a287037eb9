import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';

export type Vega = typeof import('vega');
export type VegaLite = typeof import('vega-lite');

/**
 * Vega and Vega-Lite from the bundles that their packages bring along for pages: two files instead of two hundred
 * modules, which took longer to load than a report to draw. A bundle never looks for the package `canvas`, with which
 * texts would be measured otherwise and figures differ from machine to machine.
 */
export function loadVega(): { readonly vega: Vega; readonly vegaLite: VegaLite } {
	loaded ??= load();
	return loaded;
}

let loaded: ReturnType<typeof load> | undefined;

function load(): { readonly vega: Vega; readonly vegaLite: VegaLite } {
	const vega = evaluate('vega', 'vega.min.js', {}) as Vega;
	return { vega, vegaLite: evaluate('vega-lite', 'vega-lite.min.js', { vega }) as VegaLite };
}

/** Runs a bundle as a CommonJS module. The packages call themselves ES modules, so that `require` refuses it. */
function evaluate(name: string, bundle: string, known: Readonly<Record<string, unknown>>): unknown {
	// The bundle lies beside the module that an import of the package gives.
	const file = fileURLToPath(new URL(bundle, import.meta.resolve(name)));
	const module = { exports: {} };
	const run = compileFunction(readFileSync(file, 'utf8'), ['module', 'exports', 'require'], {
		filename: file,
	});
	run(module, module.exports, (wanted: string) => known[wanted]);
	return module.exports;
}
