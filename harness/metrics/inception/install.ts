import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { inceptionFile, storeInception } from './installed.ts';
import type { InceptionProvenance } from './provenance.ts';
import { publicationOf, publications } from './weights/publications.ts';
import { readInceptionWeights, type WeightsFormat } from './weights/read-weights.ts';
import { weightsDigestOf } from './weights.ts';

export interface InstallInceptionOptions {
	/** Accept a file that is no known publication; its scores are marked unverified. Default false. */
	readonly allowUnknown?: boolean;
	/** Where the cache folder is told. Default: of this process. */
	readonly environment?: NodeJS.ProcessEnv;
}

/** What an installation did. */
export type InceptionInstallation = InceptionProvenance & {
	/** Where the converted copy lies. */
	readonly file: string;
	readonly format: WeightsFormat;
	/** True if the source is a known publication. */
	readonly verified: boolean;
};

/**
 * Verifies a file of Inception's weights and stores a converted copy that `loadInception` finds.
 *
 * @throws UsageError if the file is damaged, is not Inception, or is no known publication and none is asked for
 * @throws EnvironmentError if the copy cannot be written
 */
export async function installInception(
	source: string,
	{ allowUnknown = false, environment = process.env }: InstallInceptionOptions = {},
): Promise<InceptionInstallation> {
	const { weights, format, sha256, member } = await readInceptionWeights(source);
	const publication = publicationOf(sha256)?.name ?? null;
	if (!publication && !allowUnknown) {
		const known = publications.map(({ name, sha256: digest }) => `${digest.slice(0, 12)}… (${name})`);
		throw new UsageError(
			`${source}: it holds an Inception, but its SHA-256 ${sha256} is none of ${known.join(', ')}`,
			'get a published file, or add --allow-unknown: scores with it are marked unverified',
		);
	}
	const provenance: InceptionProvenance = {
		sourceDigest: sha256,
		sourceName: path.basename(source),
		...(member === undefined ? {} : { sourceMember: member }),
		publication,
		weightsDigest: weightsDigestOf(weights),
	};
	const file = inceptionFile(environment);
	storeInception(file, weights, provenance);
	return { ...provenance, verified: publication !== null, file, format };
}
