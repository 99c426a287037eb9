import { utimesSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

// An entry is a folder: entry.json, and three files of raw little-endian numbers without header.
export const entryFiles = {
	entry: 'entry.json',
	/** float32 [count, dimension] */
	features: 'features.f32',
	/** float32 [count, classes] */
	logits: 'logits.f32',
	/** float64: mean [dimension], then covariance [dimension, dimension] */
	statistics: 'statistics.f64',
} as const;

export const dataFiles = [entryFiles.features, entryFiles.logits, entryFiles.statistics] as const;

export const entrySchema = z.strictObject({
	schemaVersion: z.literal(1),
	key: z.string(),
	/** What the key is made of, for people. */
	material: z.record(z.string(), z.unknown()),
	count: z.number().int().positive(),
	dimension: z.number().int().positive(),
	classes: z.number().int().positive(),
	/** SHA-256 of each data file. */
	digests: z.record(z.string(), z.string()),
});

/** Notes that an entry is in use. A cache that may only be read has no order of use. */
export function touchEntry(folder: string): void {
	const now = new Date();
	try {
		utimesSync(path.join(folder, entryFiles.entry), now, now);
	} catch {
		// Read only, or just removed: whoever reads on says so.
	}
}
