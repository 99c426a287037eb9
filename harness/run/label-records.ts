import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { listIfThere } from '../read-if-there.ts';

// The part of a labels.json that says how good the classifier is; the file says more.
const errorsSchema = z.looseObject({
	/** Shares of wrongly classified images, in [0, 1]. */
	top1: z.number(),
	top5: z.number(),
	/** Images that were looked at. */
	images: z.number().int().positive(),
});
const labelsFileSchema = z.looseObject({
	labelsDigest: z.string(),
	images: z.number().int().optional(),
	classes: z.number().int().optional(),
	provenance: z.looseObject({
		profile: z.string(),
		dataSet: z.looseObject({ name: z.string(), digest: z.string() }),
		extractorFingerprint: z.string(),
		pretraining: z.looseObject({ labelFraction: z.number(), seed: z.number().int() }),
		errors: z.looseObject({ heldOut: errorsSchema.nullable(), unlabelled: errorsSchema.nullable() }),
	}),
});

type Errors = Readonly<z.infer<typeof errorsSchema>>;

/** One semi-supervised classifier (§3.1 of the paper) of an output folder: a cell of Table 3. */
export interface ClassifierRecord {
	/** Folder with its label files, absolute. */
	readonly folder: string;
	readonly profile: string;
	readonly dataSet: { readonly name: string; readonly digest: string };
	/** Training images that it has labelled, which are all of them; null if its file does not say. */
	readonly images: number | null;
	/** Likewise. */
	readonly classes: number | null;
	/** Part of the labels that it has seen, in (0, 1). */
	readonly labelFraction: number;
	/** Seed of the pre-training. */
	readonly seed: number;
	/** Of its network. */
	readonly extractorFingerprint: string;
	/** On the held-out split (Table 3); null if it has no images. */
	readonly heldOut: Errors | null;
	/** On the training images whose labels it has not seen; null if there are none. */
	readonly unlabelled: Errors | null;
}

/**
 * The classifiers of an output folder, whether or not a run has used them, by label fraction: what Table 3 reports.
 * Every classifier stands once, however many runs share it. Without any the list is empty.
 *
 * @param out folder of a grid, with `shared/labels` in it
 * @throws UsageError if a file is not readable as what `prepare` writes
 */
export function readClassifierRecords(out: string): readonly ClassifierRecord[] {
	const labels = path.join(out, 'shared', 'labels');
	return listIfThere(labels)
		.map(name => path.resolve(labels, name))
		.filter(folder => existsSync(path.join(folder, 'labels.json')))
		.map(readRecord)
		.sort(
			(first, second) =>
				first.labelFraction - second.labelFraction || (first.folder < second.folder ? -1 : 1),
		);
}

function readRecord(folder: string): ClassifierRecord {
	const file = path.join(folder, 'labels.json');
	try {
		const labels = labelsFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
		const { provenance, images = null, classes = null } = labels;
		const { profile, dataSet, pretraining, extractorFingerprint, errors } = provenance;
		const { labelFraction, seed } = pretraining;
		return {
			...{ folder, profile, dataSet, images, classes, labelFraction, seed, extractorFingerprint },
			...errors,
		};
	} catch (error) {
		throw new UsageError(
			`${file}: not the record of a classifier: ${problemOf(error)}`,
			`delete ${folder}; the grid makes it again`,
			error,
		);
	}
}

/** One line: the first field that is wrong, or what is wrong with the file. */
function problemOf(error: unknown): string {
	if (!(error instanceof z.ZodError)) return (error as Error).message;
	const [issue] = error.issues;
	return `${issue!.path.join('.')}: ${issue!.message}`;
}
