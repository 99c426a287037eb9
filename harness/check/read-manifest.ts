import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { quickParser } from '../quick-parser.ts';
import { fileNames } from '../run/run-folder.ts';

const optionValue = z.union([z.string(), z.number(), z.boolean()]);

const subset = z.looseObject({
	count: z.number().int(),
	perClass: z.array(z.number().int()),
	digest: z.string(),
});

/** The part of manifest.json that reports and checks read; a manifest says more, and may say more in future. */
const manifestSchema = z.looseObject({
	runId: z.string(),
	identity: z.looseObject({
		method: z.string(),
		methodSource: z.string().optional(),
		options: z.record(z.string(), optionValue),
		settings: z.record(z.string(), z.unknown()),
		labelFraction: z.number().nullable(),
		/** Digest of labels that were made for the run; null if none were. */
		preparedLabels: z.string().nullable().optional(),
		/** Digest of the list of the labelled images, if there was one. */
		labelList: z.string().optional(),
		seed: z.number(),
		dataSet: z.string(),
		protocol: z.string(),
		backend: z.string(),
	}),
	profile: z.string().optional(),
	/** Where the method's module lies, if it is the user's own. */
	methodModule: z.string().nullable().optional(),
	dataSet: z.looseObject({
		name: z.string(),
		digest: z.string(),
		source: z.string().optional(),
		/** How the pixels came about, in one line. */
		recipe: z.string().optional(),
		/** Training images of each class; older manifests do not say. */
		imagesPerClass: z.array(z.number().int()).optional(),
	}),
	/** Training images that the method sees. */
	imagesUsed: z.number().int().optional(),
	/** The images whose label it may read; null if it reads none. */
	labelled: subset.nullable().optional(),
	/** Labels that were made for the run, with the errors of the classifier on held-out images, in [0, 1]. */
	preparedLabels: z
		.looseObject({
			kind: z.string().optional(),
			/** Digest of the inferred labels; clusters have another. */
			labelsDigest: z.string().optional(),
			clustersDigest: z.string().optional(),
			extractorFingerprint: z.string().optional(),
			/** Images of each inferred class, or of each cluster. */
			perClass: z.array(z.number().int()).optional(),
			perCluster: z.array(z.number().int()).optional(),
			/** Options of the network that made them. */
			pretraining: z.record(z.string(), z.unknown()).optional(),
			/** The images whose label that network has read. */
			labelledSubset: subset.optional(),
			errors: z
				.looseObject({ heldOut: z.looseObject({ top1: z.number(), top5: z.number() }).nullable() })
				.optional(),
		})
		.nullable()
		.optional(),
	source: z.looseObject({
		git: z.looseObject({ commit: z.string(), dirty: z.boolean() }).nullable(),
		packageLockDigest: z.string().nullable().optional(),
	}),
	machine: z.looseObject({ platform: z.string(), processor: z.string(), cores: z.number().int() }),
	software: z.looseObject({ node: z.string(), backend: z.string() }),
	environment: z.record(z.string(), z.string()).default({}),
	command: z.array(z.string()).default([]),
});
export type Manifest = z.infer<typeof manifestSchema>;

const parseManifest = quickParser(manifestSchema);

/** The manifest of a run folder, null if there is none, or what is wrong with it in one line. */
export function readManifest(folder: string): Manifest | { readonly problem: string } | null {
	try {
		const parsed = parseManifest(
			JSON.parse(readFileSync(`${folder}${path.sep}${fileNames.manifest}`, 'utf8')),
		);
		if (parsed.success) return parsed.data;
		const [issue] = parsed.error.issues;
		return { problem: `${issue!.path.join('.')}: ${issue!.message}` };
	} catch (error) {
		if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
		return { problem: `not readable as JSON (${(error as Error).message.split('\n')[0]})` };
	}
}

/** Whether a manifest is there and whole. */
export function isManifest(manifest: ReturnType<typeof readManifest>): manifest is Manifest {
	return manifest !== null && !('problem' in manifest);
}
