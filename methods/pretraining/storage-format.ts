import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../harness/errors.ts';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../harness/tensor/safetensors.ts';
import { explainWriteError, writeFileAtomically } from '../../harness/write-atomically.ts';
import type { ExtractorDescription } from './feature-extractor.ts';
import { pretrainingOptionsSchema } from './options-schema.ts';

const storedSchema = z.strictObject({
	schemaVersion: z.literal(1),
	/** SHA-256 over description and weights. */
	fingerprint: z.string(),
	description: z.strictObject({
		recipeVersion: z.number().int(),
		dataSetDigest: z.string(),
		resolution: z.number().int().positive(),
		classes: z.number().int().min(2).nullable(),
		labelledDigest: z.string().nullable(),
		options: pretrainingOptionsSchema,
	}),
});

export interface StoredExtractor {
	readonly description: ExtractorDescription;
	readonly fingerprint: string;
	/** Parameters and moving moments by name. */
	readonly weights: ReadonlyMap<string, StoredTensor>;
}

const descriptionFile = 'extractor.json';
const weightsFile = 'weights.safetensors';

/**
 * Writes `extractor.json` and `weights.safetensors`. The folder appears complete or not at all; if another process
 * was first, its folder stays.
 *
 * @throws EnvironmentError if the disk is full or the folder may not be written
 */
export function storeExtractor(folder: string, { description, fingerprint, weights }: StoredExtractor): void {
	const temporary = `${path.resolve(folder)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
	try {
		writeSafetensors(path.join(temporary, weightsFile), {
			tensors: weights,
			metadata: { content: 'fewer-labels feature extractor' },
		});
		const stored = storedSchema.parse({ schemaVersion: 1, fingerprint, description });
		writeFileAtomically(
			path.join(temporary, descriptionFile),
			`${JSON.stringify(stored, undefined, '\t')}\n`,
		);
		renameSync(temporary, folder);
	} catch (error) {
		rmSync(temporary, { recursive: true, force: true });
		const code = (error as NodeJS.ErrnoException).code ?? '';
		if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
		throw explainWriteError(folder, error);
	}
}

/** @throws UsageError if a file is missing or malformed */
export function readStoredExtractor(folder: string): StoredExtractor {
	const refuse = (problem: string, cause?: unknown): never => {
		throw new UsageError(
			`${folder}: not a stored feature extractor: ${problem}`,
			'delete that folder: the network will be trained again',
			cause,
		);
	};
	let parsed: unknown;
	try {
		parsed = JSON.parse(readFileSync(path.join(folder, descriptionFile), 'utf8'));
	} catch (error) {
		refuse(`${descriptionFile} cannot be read (${(error as Error).message})`, error);
	}
	const stored = storedSchema.safeParse(parsed);
	if (!stored.success) return refuse(`${descriptionFile}: ${z.prettifyError(stored.error)}`, stored.error);
	const { tensors: weights } = readSafetensors(path.join(folder, weightsFile));
	return { description: stored.data.description, fingerprint: stored.data.fingerprint, weights };
}
