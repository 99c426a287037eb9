import { existsSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError, UsageError } from '../../errors.ts';
import { cacheFolder } from '../../tensor/runtime-location.ts';
import { readSafetensors, writeSafetensors } from '../../tensor/safetensors.ts';
import { createInception, type Inception } from './inception.ts';
import type { InceptionProvenance } from './provenance.ts';
import {
	type FloatTensor,
	type InceptionWeights,
	requireCompleteWeights,
	weightsDigestOf,
} from './weights.ts';

const content = 'fewer-labels Inception 2015-12-05, version 1';

/** Where the installed weights are kept: one file in the cache folder. */
export function inceptionFile(environment: NodeJS.ProcessEnv = process.env): string {
	return path.join(cacheFolder(environment), 'metrics', 'inception-2015-12-05', 'weights.safetensors');
}

/** The file of the installed weights; undefined if none are installed. Takes no time. */
export function findInception(environment: NodeJS.ProcessEnv = process.env): string | undefined {
	const file = inceptionFile(environment);
	return existsSync(file) ? file : undefined;
}

/**
 * The file of the installed weights.
 *
 * @throws EnvironmentError if none are installed, with where to get them
 */
export function locateInception(environment: NodeJS.ProcessEnv = process.env): string {
	const file = findInception(environment);
	if (file) return file;
	throw new EnvironmentError(
		"Inception: no weights are installed on this machine, and FID and Inception Score need the published ones (96 MB): TensorFlow's inception-2015-12-05.tgz, or pytorch-fid's pt_inception-2015-12-05-6726825d.pth",
		'download either file and run `npx fewer-labels metrics install FILE` (once per machine)',
	);
}

/** Writes the installed weights, whole or not at all; earlier ones are replaced. */
export function storeInception(
	file: string,
	weights: InceptionWeights,
	provenance: InceptionProvenance,
): void {
	const { publication, sourceMember, ...texts } = provenance;
	const metadata = {
		content,
		...texts,
		...(sourceMember === undefined ? {} : { sourceMember }),
		...(publication === null ? {} : { publication }),
	};
	writeSafetensors(file, { tensors: weights, metadata });
}

/**
 * Reads what `storeInception` wrote.
 *
 * @throws UsageError if the file was changed or damaged since
 */
export function readStoredInception(file: string): {
	weights: InceptionWeights;
	provenance: InceptionProvenance;
} {
	const { tensors, metadata } = readSafetensors(file);
	const refuse = (problem: string): never => {
		throw new UsageError(
			`${file}: not the weights that were installed: ${problem}`,
			'run `npx fewer-labels metrics install FILE` again',
		);
	};
	if (metadata.content !== content)
		refuse(`its content is '${metadata.content ?? ''}', expected '${content}'`);
	requireCompleteWeights(tensors as ReadonlyMap<string, FloatTensor>, file);
	const weights = tensors as InceptionWeights;
	const { sourceDigest, sourceName, sourceMember, weightsDigest, publication = null } = metadata;
	const actual = weightsDigestOf(weights);
	if (actual !== weightsDigest) {
		refuse(`their digest is ${actual.slice(0, 12)}…, expected ${weightsDigest?.slice(0, 12)}…`);
	}
	const member = sourceMember === undefined ? {} : { sourceMember };
	return { weights, provenance: { sourceDigest, sourceName, ...member, publication, weightsDigest } };
}

/** The network with the installed weights, and where they come from. */
export type InstalledInception = Inception & { readonly provenance: InceptionProvenance };

/**
 * Loads the installed network.
 *
 * @throws EnvironmentError if none is installed
 * @throws UsageError if its file is damaged
 */
export function loadInception(environment: NodeJS.ProcessEnv = process.env): InstalledInception {
	const { weights, provenance } = readStoredInception(locateInception(environment));
	return { ...createInception(weights), provenance };
}
