import { UsageError } from '../../errors.ts';
import { classSheet, classSheetPixels } from '../../samples/class-sheet.ts';
import { createSampleMaker, type SampleMaker } from '../../samples/draw-samples.ts';
import { fakeSetLabels } from '../../samples/fake-set-labels.ts';
import { interpolationInputs } from '../../samples/interpolation.ts';
import { nearestOf, nearestSheetPixels } from '../../samples/nearest.ts';
import { readGivenInputs } from '../../samples/read-inputs.ts';
import { type SampleInputs, sampleInputs } from '../../samples/sample-inputs.ts';
import { openStoredGenerator } from '../../samples/stored-generator.ts';
import type { StoredRun } from '../../samples/stored-run.ts';
import { writeSamples } from '../../samples/write-samples.ts';
import type { SampleCommandOptions } from '../sample.ts';
import { loadTrainingImages } from './training-images.ts';

/** What was made: facts for programs, and words for people. */
export interface Made {
	readonly words: string;
	readonly count: number;
	readonly [fact: string]: unknown;
}

type Watch = (pixels: Uint8Array) => void;

/** Draws what the command line asks for and writes it; `watch` sees all generated pixels in order. */
export async function drawRequested(
	run: StoredRun,
	options: SampleCommandOptions,
	watch: Watch,
): Promise<Made> {
	const generator = openStoredGenerator(run, options.raw ?? false);
	let maker: SampleMaker | undefined;
	try {
		const draw = prepareDrawing(run, options);
		maker = await createSampleMaker(run, generator, options.batchStatistics ? 'batch' : 'standing');
		return await draw(maker, watch);
	} finally {
		maker?.dispose();
		generator.dispose();
	}
}

function* watched(parts: Iterable<Uint8Array>, watch: Watch): Generator<Uint8Array> {
	for (const part of parts) {
		watch(part);
		yield part;
	}
}

/** Checks the request before any work is done. */
function prepareDrawing(
	run: StoredRun,
	options: SampleCommandOptions,
): (maker: SampleMaker, watch: Watch) => Made | Promise<Made> {
	const seed = options.seed ?? run.seed;
	if (options.set !== undefined) return drawSet(run, options, options.set);
	if (options.interpolate !== undefined) {
		const { interpolate: of, rows, steps, path } = options;
		const { config } = run;
		const inputs = interpolationInputs({ config, of, rows, steps, path, classes: options.classes, seed });
		const words =
			of === 'latents'
				? `${rows} rows between two latents, ${path}, each at one class`
				: `${rows} rows between two classes, straight, each at one latent`;
		return (maker, watch) => writeImages(run, options, inputs, maker, watch, { words, columns: steps });
	}
	if (options.besideReal) return drawBesideReal(run, options, seed);
	const given =
		options.z === undefined && options.labels === undefined
			? undefined
			: readGivenInputs({ latents: options.z, labels: options.labels });
	const inputs = sampleInputs({ run, count: options.count, classes: options.classes, given, seed });
	if (options.nearest) return drawNearest(run, options, inputs);
	return (maker, watch) =>
		writeImages(run, options, inputs, maker, watch, {
			words: `${inputs.count} images of step ${run.step}`,
			seed: options.z === undefined || options.labels === undefined ? seed : null,
		});
}

function writeImages(
	run: StoredRun,
	{ out, byClass, classes }: SampleCommandOptions,
	inputs: SampleInputs,
	maker: SampleMaker,
	watch: Watch,
	{ columns, ...facts }: { readonly words: string; readonly columns?: number; readonly seed?: number | null },
): Made {
	const { count, labels } = inputs;
	writeSamples(out, {
		count,
		resolution: run.settings.resolution,
		labels,
		parts: watched(maker.draw(inputs), watch),
		byClass,
		columns: columns ?? (classes && Math.min(count / classes.length, 16)),
		rowsByClass: classes !== undefined && columns === undefined,
	});
	return { count, ...facts };
}

function drawSet(run: StoredRun, { out, byClass, count: wanted }: SampleCommandOptions, set: number) {
	const { fakeSets, fakesPerSet, resolution } = run.settings;
	if (set >= fakeSets) {
		throw new UsageError(
			`--set: expected 0 to ${fakeSets - 1}, got ${set}`,
			`the run has ${fakeSets} fake sets`,
		);
	}
	const count = wanted ?? fakesPerSet;
	if (count > fakesPerSet) {
		throw new UsageError(`--count: expected at most ${fakesPerSet}, the size of a fake set, got ${count}`);
	}
	return (maker: SampleMaker, watch: Watch): Made => {
		const labels = fakeSetLabels(run, set, count);
		const parts = watched(maker.drawFakeSet(set, count), watch);
		writeSamples(out, { count, resolution, labels, parts, byClass });
		return { words: `${count} images of fake set ${set}`, count, set };
	};
}

function drawBesideReal(run: StoredRun, options: SampleCommandOptions, seed: number) {
	return async (maker: SampleMaker, watch: Watch): Promise<Made> => {
		const perClass = options.count ?? 6;
		const { config, settings } = run;
		const found = await loadTrainingImages(run, options.data);
		const { dataSet, meaning, problem } = found;
		const request = { config, classes: options.classes, perClass, seed };
		const sheet = classSheet(request, meaning, dataSet?.train.count ?? 0);
		const generated = Buffer.concat([...watched(maker.draw(sheet.generated), watch)]);
		const { count } = sheet.generated;
		const facts = { classes: sheet.classes, seed, realBeside: dataSet !== undefined };
		if (dataSet === undefined) {
			writeSamples(options.out, {
				count,
				resolution: settings.resolution,
				labels: sheet.generated.labels,
				parts: [generated],
				columns: perClass,
				rowsByClass: true,
			});
			return { words: `generated images only, because ${problem}`, count, problem, ...facts };
		}
		writeSamples(options.out, {
			count: 2 * count,
			resolution: settings.resolution,
			labels: null,
			parts: [classSheetPixels(sheet, dataSet, generated)],
			columns: 2 * perClass,
			gapAfter: { columns: perClass },
		});
		const rows = meaning.ofTraining
			? `classes ${sheet.classes.join(', ')}`
			: 'labels say nothing about images';
		return { words: `training images on the left, generated ones on the right; ${rows}`, count, ...facts };
	};
}

function drawNearest(run: StoredRun, options: SampleCommandOptions, inputs: SampleInputs) {
	return async (maker: SampleMaker, watch: Watch): Promise<Made> => {
		const { dataSet, problem } = await loadTrainingImages(run, options.data);
		if (dataSet === undefined) throw new UsageError(`--nearest: ${problem}`, 'give them with --data SOURCE');
		const { openImageSpace } = await import('./image-space.ts');
		const space = await openImageSpace(options.features, dataSet.resolution);
		try {
			const { count } = inputs;
			const columns = Math.min(count, 8);
			const generated = Buffer.concat([...watched(maker.draw(inputs), watch)]);
			const pairs = nearestOf(generated, count, dataSet.train, space);
			const sheet = nearestSheetPixels(generated, pairs, dataSet.train, columns);
			writeSamples(options.out, {
				count: sheet.count,
				resolution: dataSet.resolution,
				labels: null,
				parts: [sheet.pixels],
				columns,
				gapAfter: { rows: 2 },
			});
			const words = `rows of ${columns} images, below each row the nearest training images by ${space.name}`;
			return { words, count, space: space.name, nearest: pairs };
		} finally {
			space.dispose();
		}
	};
}
