import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { fileNames } from '../run/run-folder.ts';

/** Shapes of the tensors in a run's weights, by name, from the file's header alone; null if there is no such file. */
export function readWeightShapes(folder: string): ReadonlyMap<string, readonly number[]> | null {
	const file = `${folder}${path.sep}${fileNames.weights}`;
	if (!existsSync(file)) return null;
	const descriptor = openSync(file, 'r');
	try {
		// safetensors: the length of the header as uint64, then the header as JSON.
		const length = Buffer.alloc(8);
		readSync(descriptor, length, 0, 8, 0);
		const header = Buffer.alloc(Number(length.readBigUInt64LE(0)));
		readSync(descriptor, header, 0, header.length, 8);
		const entries = JSON.parse(header.toString('utf8')) as Record<string, { shape: number[] }>;
		return new Map(
			Object.entries(entries)
				.filter(([name]) => name !== '__metadata__')
				.map(([name, { shape }]) => [name, shape]),
		);
	} catch {
		// A damaged file has no shapes: the rule finds every tensor missing.
		return new Map();
	} finally {
		closeSync(descriptor);
	}
}
