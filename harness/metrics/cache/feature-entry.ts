import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import type { FeatureSet } from '../feature-set.ts';
import type { FeatureStatistics } from '../feature-statistics.ts';
import { dataFiles, entryFiles, entrySchema } from './entry-files.ts';
import { explainRemoval, featureSetFromFile, readFloatRows } from './feature-file.ts';

/** Features of one image set under one protocol and network. */
export interface FeatureEntry {
	readonly count: number;
	readonly dimension: number;
	readonly classes: number;
	readonly features: FeatureSet;
	/** Logits, some rows at a time. */
	logits(): Iterable<Float32Array>;
	statistics(): FeatureStatistics;
}

/** SHA-256 of a file, read in pieces. */
export function digestOfFile(file: string): string {
	const hash = createHash('sha256');
	const descriptor = openSync(file, 'r');
	const buffer = Buffer.alloc(4 * 2 ** 20);
	try {
		for (;;) {
			const got = readSync(descriptor, buffer, 0, buffer.length, null);
			if (got === 0) return hash.digest('hex');
			hash.update(buffer.subarray(0, got));
		}
	} finally {
		closeSync(descriptor);
	}
}

/**
 * The entry in a folder; undefined if there is none, or its files are not, to the last bit, those that were
 * written: then the caller computes it again.
 */
export function readFeatureEntry(folder: string, key: string): FeatureEntry | undefined {
	let entry: z.infer<typeof entrySchema>;
	try {
		entry = entrySchema.parse(JSON.parse(readFileSync(path.join(folder, entryFiles.entry), 'utf8')));
		const intact = dataFiles.every(name => digestOfFile(path.join(folder, name)) === entry.digests[name]);
		if (entry.key !== key || !intact) return undefined;
	} catch {
		return undefined;
	}
	const { count, dimension, classes } = entry;
	return {
		count,
		dimension,
		classes,
		features: featureSetFromFile(path.join(folder, entryFiles.features), count, dimension),
		logits: () => readFloatRows(path.join(folder, entryFiles.logits), count, classes),
		statistics() {
			const file = path.join(folder, entryFiles.statistics);
			const { buffer } = new Uint8Array(explainRemoval(file, () => readFileSync(file)));
			const values = new Float64Array(buffer);
			const [mean, covariance] = [values.slice(0, dimension), values.slice(dimension)];
			return { count, dimension, mean, covariance };
		},
	};
}
