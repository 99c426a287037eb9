import { type Protocol, type Result, resultSchema } from '../../../harness/run/records.ts';

const score = { mean: 1, std: 0, values: [1] };

/** A whole result, as of a run of the smoke suite. */
export const wholeResult = (runId: string, protocol?: Protocol): Result =>
	resultSchema.parse({
		...{ schemaVersion: 1, runId, method: 's3gan', title: 'S3GAN', labelFraction: 0.1, seed: 1 },
		...{ profile: 'smoke', dataSet: { name: 'shapes-32', digest: 'd'.repeat(64) }, steps: 60 },
		protocol: protocol ?? { name: 'proxy', fingerprint: 'f'.repeat(64), proxy: true, details: {} },
		scores: { fid: score, inceptionScore: score },
		parameters: { generator: 1, discriminator: 1 },
		...{ training: {}, weightsDigest: 'a'.repeat(64) },
	});
