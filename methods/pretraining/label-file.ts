import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../harness/errors.ts';
import { readNpy, writeNpy } from '../../harness/tensor/npy-file.ts';
import { writeFileAtomically } from '../../harness/write-atomically.ts';

const labelsFile = 'labels.npy';
const softLabelsFile = 'soft-labels.npy';
const labelledFile = 'labelled.npy';
const provenanceFile = 'labels.json';

const schema = z.strictObject({
	schemaVersion: z.literal(1),
	/** Training images, in the order of the data set. */
	images: z.number().int().positive(),
	classes: z.number().int().positive(),
	/** Images of each class as the hard labels have it. */
	perClass: z.array(z.number().int().min(0)),
	/** SHA-256 of the hard labels as little-endian int32. */
	labelsDigest: z.string(),
	/** SHA-256 of the soft labels as little-endian float32; null if there are none. */
	softLabelsDigest: z.string().nullable(),
	/** The training images whose labels were read, with the digest that `describeSubset` gives; folders of old lack it. */
	labelledImages: z.strictObject({ file: z.literal(labelledFile), digest: z.string() }).optional(),
	/** Where the labels come from. */
	provenance: z.record(z.string(), z.json()),
});

type Json = z.infer<ReturnType<typeof z.json>>;

/** Labels of all training images that something other than people gave. */
export interface LabelFiles {
	readonly classes: number;
	/** [images], each in [0, classes). */
	readonly labels: Int32Array;
	readonly perClass: readonly number[];
	readonly labelsDigest: string;
	/** Where the labels come from: network, data, subset, errors. */
	readonly provenance: Readonly<Record<string, Json>>;
	/** Probabilities [images, classes], row-major; null if none were written. Reads the file. */
	readSoftLabels(): Float32Array | null;
}

export interface LabelFilesContent {
	readonly classes: number;
	/** [images], each in [0, classes). */
	readonly labels: Int32Array;
	/** Probabilities [images, classes] in parts of whole rows; null for none. */
	readonly softLabels: Iterable<Float32Array> | null;
	/** Indices of the training images whose labels were read, ascending. */
	readonly labelled: Uint32Array;
	/** Plain JSON. */
	readonly provenance: Readonly<Record<string, unknown>>;
}

const bytesOf = (values: Int32Array | Float32Array): Uint8Array =>
	new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

const digestOf = (values: Int32Array | Float32Array): string =>
	createHash('sha256').update(bytesOf(values)).digest('hex');

function countLabels(labels: Int32Array, classes: number): number[] {
	const perClass = new Array<number>(classes).fill(0);
	for (const label of labels) {
		if (label < 0 || label >= classes)
			throw new RangeError(`label: expected 0 to ${classes - 1}, got ${label}`);
		perClass[label]++;
	}
	return perClass;
}

/**
 * Writes `labels.npy` (int32 [images]), `soft-labels.npy` (float32 [images, classes]), `labelled.npy` (int32 indices
 * of the labelled images) and, last, `labels.json` with counts, digests and provenance: files without it are not
 * finished.
 *
 * @throws EnvironmentError if a file cannot be written
 * @throws RangeError for a label outside of the classes, or soft labels of another number of images
 */
export function writeLabelFiles(folder: string, content: LabelFilesContent): void {
	const { classes, labels, softLabels, provenance } = content;
	const labelled = Int32Array.from(content.labelled);
	const perClass = countLabels(labels, classes);
	writeNpy(path.join(folder, labelsFile), { shape: [labels.length], type: 'int32', parts: [labels] });
	writeNpy(path.join(folder, labelledFile), { shape: [labelled.length], type: 'int32', parts: [labelled] });
	const softHash = createHash('sha256');
	if (softLabels) {
		const parts = function* (): Generator<Float32Array> {
			for (const part of softLabels) {
				softHash.update(bytesOf(part));
				yield part;
			}
		};
		const shape = [labels.length, classes];
		writeNpy(path.join(folder, softLabelsFile), { shape, type: 'float32', parts: parts() });
	}
	const description = schema.parse({
		schemaVersion: 1,
		images: labels.length,
		classes,
		perClass,
		labelsDigest: digestOf(labels),
		softLabelsDigest: softLabels ? softHash.digest('hex') : null,
		labelledImages: { file: labelledFile, digest: digestOf(labelled) },
		provenance,
	});
	writeFileAtomically(path.join(folder, provenanceFile), `${JSON.stringify(description, undefined, '\t')}\n`);
}

/**
 * The labels that `writeLabelFiles` left in a folder.
 *
 * @throws UsageError if a file is missing, malformed, or not the one that was described
 */
export function readLabelFiles(folder: string): LabelFiles {
	const refuse = (problem: string, cause?: unknown): never => {
		throw new UsageError(
			`${folder}: no label files: ${problem}`,
			'delete that folder and infer the labels again',
			cause,
		);
	};
	let parsed: unknown;
	try {
		parsed = JSON.parse(readFileSync(path.join(folder, provenanceFile), 'utf8'));
	} catch (error) {
		refuse(`${provenanceFile} cannot be read (${(error as Error).message})`, error);
	}
	const description = schema.safeParse(parsed);
	if (!description.success) {
		return refuse(`${provenanceFile}: ${z.prettifyError(description.error)}`, description.error);
	}
	const { images, classes, perClass, labelsDigest, softLabelsDigest, provenance } = description.data;
	const readArray = (name: string, shape: readonly number[], digest: string): Int32Array | Float32Array => {
		const found = readNpy(path.join(folder, name));
		if (`${found.shape}` !== `${shape}`) refuse(`${name} has shape [${found.shape}], expected [${shape}]`);
		if (digestOf(found.values) !== digest) refuse(`${name} is not the file that ${provenanceFile} describes`);
		return found.values;
	};
	const labels = readArray(labelsFile, [images], labelsDigest);
	if (!(labels instanceof Int32Array)) return refuse(`${labelsFile} does not hold int32 values`);
	return {
		classes,
		labels,
		perClass,
		labelsDigest,
		provenance,
		readSoftLabels: () =>
			softLabelsDigest === null
				? null
				: (readArray(softLabelsFile, [images, classes], softLabelsDigest) as Float32Array),
	};
}
