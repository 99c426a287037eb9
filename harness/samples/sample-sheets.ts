import path from 'node:path';
import type { Labelling } from '../../methods/method.ts';
import type { DataSet } from '../data/data-set.ts';
import { encodeSampleSheet } from '../data/sample-sheet.ts';
import type { GeneratorSampler } from '../train/generator-sampler.ts';
import type { TrainingLabels } from '../train/training-labels.ts';
import { writeFileAtomically } from '../write-atomically.ts';
import { classSheet, classSheetPixels, type LabelMeaning } from './class-sheet.ts';
import { imageBatch } from './image-batch.ts';
import { interpolationInputs } from './interpolation.ts';
import type { SampleInputs } from './sample-inputs.ts';
import { sheetNames } from './sheet-names.ts';

const perClass = 5;
const interpolationRows = 4;
const interpolationSteps = 10;

/** What the labels of a method stand for, among the training images. */
export function labelMeaning(
	labelling: Labelling,
	dataSet: Pick<DataSet, 'train'>,
	labels: TrainingLabels | undefined,
): LabelMeaning {
	if (labelling === 'no-labels') return { ofTraining: null };
	if (labelling === 'clusters') return { ofTraining: labels?.hard ?? null };
	return { ofTraining: dataSet.train.labels };
}

export interface SampleSheetsRequest {
	/** Folder of the run. */
	readonly folder: string;
	/** As the run was measured; every batch advances its singular vectors, so scores come first. */
	readonly sampler: Pick<GeneratorSampler, 'images'>;
	readonly config: { readonly latentSize: number; readonly classes: number };
	/** Images of one batch: sheets are made in batches of this size, which are compiled already. */
	readonly batchSize: number;
	readonly labelling: Labelling;
	readonly dataSet: DataSet;
	/** Labels that the run was trained with; those of the data set if undefined. */
	readonly labels: TrainingLabels | undefined;
	readonly seed: number;
}

/**
 * Writes the sheets of a finished training beside its samples: real images beside generated ones, class by class or
 * cluster by cluster, and interpolations (Figures 9 to 20 of the paper are such sheets).
 *
 * @throws EnvironmentError if a file cannot be written
 */
export function writeSampleSheets(request: SampleSheetsRequest): void {
	const { folder, config, dataSet, seed } = request;
	const { resolution } = dataSet;
	const scale = Math.max(1, Math.round(64 / resolution));
	const meaning = labelMeaning(request.labelling, dataSet, request.labels);
	const sheet = classSheet({ config, perClass, seed }, meaning, dataSet.train.count);
	const classPixels = classSheetPixels(sheet, dataSet, makeImages(request, sheet.generated));
	writeFileAtomically(
		path.join(folder, sheetNames.classes),
		encodeSampleSheet({
			pixels: classPixels,
			count: 2 * sheet.real.length,
			resolution,
			columns: 2 * perClass,
			gapAfter: { columns: perClass },
			scale,
		}),
	);

	const common = { config, rows: interpolationRows, steps: interpolationSteps, seed };
	const parts = [
		interpolationInputs({ ...common, of: 'latents' }),
		...(config.classes > 1 ? [interpolationInputs({ ...common, of: 'classes' })] : []),
	];
	const pixels = Buffer.concat(parts.map(part => makeImages(request, part)));
	writeFileAtomically(
		path.join(folder, sheetNames.interpolation),
		encodeSampleSheet({
			pixels,
			count: parts.reduce((total, { count }) => total + count, 0),
			resolution,
			columns: interpolationSteps,
			gapAfter: { rows: interpolationRows },
			scale,
		}),
	);
}

/** Images as bytes, [count, R, R, 3]; what is no number becomes black: a sheet of a diverged network is no error. */
function makeImages({ sampler, config, batchSize }: SampleSheetsRequest, inputs: SampleInputs): Uint8Array {
	const parts: Uint8Array[] = [];
	for (let from = 0; from < inputs.count; from += batchSize) {
		const to = Math.min(inputs.count, from + batchSize);
		const batch = imageBatch(inputs, { sampler, config, from, to, batchSize });
		const values = batch.dataSync<'float32'>();
		const size = values.length / batchSize;
		batch.dispose();
		// A Uint8Array takes NaN for 0.
		parts.push(Uint8Array.from(values.subarray(0, (to - from) * size), value => Math.round(value * 255)));
	}
	return Buffer.concat(parts);
}
