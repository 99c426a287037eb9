import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { readSafetensors, writeSafetensors } from '../../tensor/safetensors.ts';
import { explainWriteError, writeFileAtomically } from '../../write-atomically.ts';
import { featureNetworkOptionsSchema } from './options-schema.ts';
import { type FeatureNetworkDescription, type FeatureNetworkWeights, fingerprintOf } from './weights.ts';

const storedSchema = z.strictObject({
	schemaVersion: z.literal(1),
	/** SHA-256 over description and weights. */
	fingerprint: z.string(),
	description: z.strictObject({
		recipeVersion: z.number().int(),
		dataSetDigest: z.string(),
		resolution: z.number().int().positive(),
		classes: z.number().int().positive(),
		options: featureNetworkOptionsSchema,
		testAccuracy: z.number().min(0).max(1),
	}),
});

export interface StoredFeatureNetwork {
	readonly description: FeatureNetworkDescription;
	readonly weights: FeatureNetworkWeights;
	readonly fingerprint: string;
}

const descriptionFile = 'network.json';
const weightsFile = 'weights.safetensors';

/**
 * Writes `network.json` and `weights.safetensors`. The folder appears complete or not at all; if another process
 * was first, its folder stays.
 *
 * @throws EnvironmentError if the disk is full or the folder may not be written
 */
export function storeFeatureNetwork(folder: string, network: StoredFeatureNetwork): void {
	const { description, weights, fingerprint } = network;
	const temporary = `${path.resolve(folder)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
	try {
		writeSafetensors(path.join(temporary, weightsFile), {
			tensors: weights,
			metadata: { content: 'fewer-labels feature network' },
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

/** @throws UsageError if something is missing, malformed, or does not belong together */
export function readStoredFeatureNetwork(folder: string): StoredFeatureNetwork {
	const refuse = (problem: string, cause?: unknown): never => {
		throw new UsageError(
			`${folder}: not a stored feature network: ${problem}`,
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
	const { description, fingerprint } = stored.data;
	const { tensors: weights } = readSafetensors(path.join(folder, weightsFile));
	const actual = fingerprintOf(description, weights);
	if (actual !== fingerprint) {
		refuse(`its fingerprint is ${fingerprint.slice(0, 12)}…, but its files have ${actual.slice(0, 12)}…`);
	}
	return { description, weights, fingerprint };
}
