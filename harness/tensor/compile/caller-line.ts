import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Frames of these are how a call got here, not who asked for it. */
const machinery =
	/@tensorflow[\\/]|node_modules[\\/]tslib[\\/]|tfjs-[a-z-]+[\\/]|node:internal|(?<!test[\\/])harness[\\/]tensor[\\/](?:compile|kernels\.ts)/u;

const placeInFile = /\(?(?<file>(?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(?<line>\d+):\d+\)?$/u;

/** `file:line` of the nearest caller outside of TensorFlow.js and of the compiler, for error messages. */
export function callerLine(): string {
	const limit = Error.stackTraceLimit;
	Error.stackTraceLimit = 200;
	const frames = (new Error().stack ?? '').split('\n').slice(1);
	Error.stackTraceLimit = limit;
	// Frames without a file (`new Promise (<anonymous>)`, `Array.map (<anonymous>)`) belong to whoever called them.
	const place = frames
		.filter(frame => !machinery.test(frame))
		.map(frame => placeInFile.exec(frame)?.groups)
		.find(groups => groups !== undefined);
	if (!place) return 'an unknown line';
	const { file, line } = place;
	const absolute = file.startsWith('file:') ? fileURLToPath(file) : file;
	const relative = path.relative(process.cwd(), absolute);
	return `${relative.startsWith('..') ? absolute : relative}:${line}`;
}
