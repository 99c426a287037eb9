import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { explainWriteError, writeFileAtomically } from '../write-atomically.ts';
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts';

/** How a kind of network is kept in a folder. */
export interface NetworkFolderFormat<Description> {
	/** For people, for example `feature network`. */
	readonly kind: string;
	/** Name of the JSON file beside the weights. */
	readonly descriptionFile: string;
	readonly description: z.ZodType<Description>;
}

/** A network as it lies in a folder. */
export interface StoredNetwork<Description> {
	readonly description: Description;
	/** SHA-256 over description and weights. */
	readonly fingerprint: string;
	readonly weights: ReadonlyMap<string, StoredTensor>;
}

const weightsFile = 'weights.safetensors';

const schemaOf = <Description>(description: z.ZodType<Description>) =>
	z.strictObject({ schemaVersion: z.literal(1), fingerprint: z.string(), description });

/**
 * Writes the description and `weights.safetensors`. The folder appears complete or not at all; if another process
 * was first, its folder stays.
 *
 * @throws EnvironmentError if the disk is full or the folder may not be written
 */
export function writeNetworkFolder<Description>(
	folder: string,
	format: NetworkFolderFormat<Description>,
	{ description, fingerprint, weights }: StoredNetwork<Description>,
): void {
	const temporary = `${path.resolve(folder)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
	try {
		writeSafetensors(path.join(temporary, weightsFile), {
			tensors: weights,
			metadata: { content: `fewer-labels ${format.kind}` },
		});
		const stored = schemaOf(format.description).parse({ schemaVersion: 1, fingerprint, description });
		writeFileAtomically(
			path.join(temporary, format.descriptionFile),
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

/**
 * @param fingerprintOf the fingerprint that description and weights should have
 * @throws UsageError if something is missing, malformed, or does not belong together
 */
export function readNetworkFolder<Description>(
	folder: string,
	format: NetworkFolderFormat<Description>,
	fingerprintOf: (description: Description, weights: ReadonlyMap<string, StoredTensor>) => string,
): StoredNetwork<Description> {
	const refuse = (problem: string, cause?: unknown): never => {
		throw new UsageError(
			`${folder}: not a stored ${format.kind}: ${problem}`,
			'delete that folder: the network will be trained again',
			cause,
		);
	};
	let parsed: unknown;
	try {
		parsed = JSON.parse(readFileSync(path.join(folder, format.descriptionFile), 'utf8'));
	} catch (error) {
		refuse(`${format.descriptionFile} cannot be read (${(error as Error).message})`, error);
	}
	const stored = schemaOf(format.description).safeParse(parsed);
	if (!stored.success) {
		return refuse(`${format.descriptionFile}: ${z.prettifyError(stored.error)}`, stored.error);
	}
	const { description, fingerprint } = stored.data as { description: Description; fingerprint: string };
	const { tensors: weights } = readSafetensors(path.join(folder, weightsFile));
	const actual = fingerprintOf(description, weights);
	if (actual !== fingerprint) {
		refuse(`its fingerprint is ${fingerprint.slice(0, 12)}…, but its files have ${actual.slice(0, 12)}…`);
	}
	return { description, weights, fingerprint };
}
