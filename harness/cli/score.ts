import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { type MetricName, metricNames } from '../metrics/score/score-result.ts';
import type { DataSetReading } from '../metrics/sources/data-set-pictures.ts';
import { requireOutputFile } from '../require-output.ts';
import { interruptionSignal } from './interruption.ts';
import { metricName } from './metrics/metric-name.ts';
import { byteSize, listOf, wholeNumber } from './options.ts';
import { parseSeed } from './run-options.ts';

interface ScoreCommandOptions {
	readonly real: string;
	readonly fake?: string;
	readonly protocol: string;
	readonly metrics?: MetricName[];
	readonly extractor: string;
	readonly out?: string;
	readonly saveStatistics?: string;
	readonly compare?: string;
	readonly allowMixed?: true;
	readonly resolution?: number;
	readonly realSplit?: 'train' | 'test';
	readonly fakeSplit: 'train' | 'test';
	readonly floatRange?: [number, number];
	readonly seed: number;
	readonly batchSize: number;
	readonly training?: string;
	readonly bootstrap?: number;
	readonly cache: boolean;
	readonly cacheLimit?: number;
	readonly json?: true;
}

function floatRange(text: string): [number, number] {
	const parts = text.split(',').map(part => (part.trim() === '' ? Number.NaN : Number(part)));
	if (parts.length !== 2 || !parts.every(Number.isFinite) || parts[0] === parts[1]) {
		throw new InvalidArgumentError(`expected BLACK,WHITE, for example 0,1 or -1,1, got '${text}'.`);
	}
	return [parts[0], parts[1]];
}

export function register(program: Command): void {
	const split = (flags: string, description: string) =>
		new Option(flags, description).choices(['train', 'test']);
	program
		.command('score')
		.description('FID, Inception score and more of any images, under a named protocol')
		.requiredOption('--real <source>', 'reference images, features or statistics')
		.option('--fake <source>', 'images, features or statistics to score')
		.option(
			'--protocol <name>',
			'tfgan-s3gan, ttur, pytorch-fid, torch-fidelity, clean-fid or studiogan',
			'tfgan-s3gan',
		)
		.option(
			'--metrics <list>',
			`comma-separated: ${metricNames.join(', ')} (default: what the protocol defines; the last four only when asked for)`,
			listOf(metricName),
		)
		.option(
			'--training <source>',
			'images that the generator was trained on, for duplicates and linear-probe (default: the training split of a data set whose test split is --real)',
		)
		.option(
			'--bootstrap <replicates>',
			'95 % bootstrap intervals over the images, for example 1000',
			wholeNumber(100),
		)
		.option('--extractor <network>', 'inception, or proxy:FOLDER for a stored feature network', 'inception')
		.option('--out <file>', 'also write the result as JSON')
		.option(
			'--save-statistics <file>',
			'write mu and sigma of the real side as .npz for pytorch-fid and others',
		)
		.option('--compare <file>', 'an earlier --out file: print the differences to it')
		.option('--allow-mixed', 'go on where protocols differ, and mark the result')
		.option(
			'--resolution <pixels>',
			'of a labelled data set (default: 32; a packed set has its own)',
			wholeNumber(4),
		)
		.addOption(split('--real-split <split>', "of a labelled data set (default: the protocol's)"))
		.addOption(split('--fake-split <split>', 'of a labelled data set').default('test'))
		.option('--float-range <black,white>', 'what black and white are in arrays of floats', floatRange)
		.option('--seed <number>', 'seed of KID and FID∞ subsets, from 1 up', parseSeed, 1)
		.option('--batch-size <count>', 'images that go through the network at once', wholeNumber(1), 64)
		.option(
			'--cache-limit <size>',
			'drop the features that were not used for the longest time above this (default: 20GB; none for no limit)',
			byteSize,
		)
		.option('--no-cache', 'neither use nor keep features in the cache')
		.option('--json', 'print the result as JSON on stdout')
		.addHelpText(
			'after',
			`
A source is a folder of .jpg and .png files (with sub-folders), a .npz or .npy of images (uint8, or floats with
--float-range) or of features, a .npz of mu and sigma, a run folder, or a labelled data set: shapes, cifar10:DIR,
folder:DIR, packed:DIR and others (see \`data forms\`). A .npz may hold classes as an array 'labels'.
Features are kept in the cache under the digest of the images, the protocol and the network.

per-class-fid needs classes on both sides; duplicates the training images, and real ones that were not trained on;
linear-probe a run as --fake: it fits a classifier to its discriminator's features of the training images and scores
it on the real ones.

Exit code 4 if numbers of different protocols were to be compared.

Examples:
  $ fewer-labels score --real cifar10:DIR --fake samples.npz
  $ fewer-labels score --real photos --fake samples --protocol pytorch-fid --metrics fid,kid --out score.json
  $ fewer-labels score --real photos --protocol pytorch-fid --save-statistics photos.npz
  $ fewer-labels score --real shapes --fake runs/a/runs/RUN --extractor proxy:runs/a/shared/feature-networks/ID
  $ fewer-labels score --real cifar10:DIR --fake runs/a/runs/RUN --metrics fid,per-class-fid,duplicates,linear-probe
  $ fewer-labels score --real photos --fake samples --metrics fid,prdc --bootstrap 1000`,
		)
		.action(score);
}

async function readEarlier(file: string) {
	const { scoreResultSchema } = await import('../metrics/score/score-result.ts');
	try {
		return { name: file, result: scoreResultSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) };
	} catch (error) {
		throw new UsageError(
			`${file}: not a result of \`score --out\``,
			'give a file that --out has written',
			error,
		);
	}
}

async function score(options: ScoreCommandOptions): Promise<void> {
	if (options.fake === undefined && options.saveStatistics === undefined) {
		throw new UsageError('score: expected --fake SOURCE', 'or --save-statistics FILE to only measure --real');
	}
	if (options.out !== undefined) requireOutputFile(options.out);
	const { requireKnownOrigin, requireStatisticsFile, saveSideStatistics } = await import(
		'../metrics/score/save-statistics.ts'
	);
	if (options.saveStatistics !== undefined) {
		requireStatisticsFile(options.saveStatistics);
		requireOutputFile(options.saveStatistics);
	}
	const [
		{ findPreset },
		{ isDataSetSource, openSource },
		{ openFeatureCache },
		{ createScoreProgress },
		{ cacheFolder },
	] = await Promise.all([
		import('../metrics/protocols/presets.ts'),
		import('../metrics/sources/open-source.ts'),
		import('../metrics/cache/feature-cache.ts'),
		import('../metrics/score/score-progress.ts'),
		import('../tensor/runtime-location.ts'),
	]);
	const [{ scoreImages }, { measureSide }, { loadExtractor }, { avoidTf32 }] = await Promise.all([
		import('../metrics/score/score-images.ts'),
		import('../metrics/score/measure-side.ts'),
		import('../metrics/score/extractor.ts'),
		import('../metrics/score/tensor-float-32.ts'),
	]);
	avoidTf32();
	const preset = findPreset(options.protocol);
	const earlier = options.compare === undefined ? undefined : await readEarlier(options.compare);
	// Where images are sure to come, before they are read: a large set takes minutes.
	const areImages = (source: string) =>
		isDataSetSource(source) || statSync(source, { throwIfNoEntry: false })?.isDirectory();
	if (options.extractor === 'inception' && [options.real, options.fake ?? ''].some(areImages)) {
		const { locateInception } = await import('../metrics/inception/installed.ts');
		locateInception();
	}
	const progress = createScoreProgress(process.stderr);
	const signal = interruptionSignal();
	const temporary = options.cache ? undefined : mkdtempSync(path.join(tmpdir(), 'fewer-labels-score-'));
	const folder = temporary ?? path.join(cacheFolder(), 'metrics');
	const opened: { close(): void }[] = [];
	const dataSets: DataSetReading['opened'] = new Map();
	const open = async (source: string, splitOfSource: 'train' | 'test') => {
		const side = await openSource(source, {
			split: splitOfSource,
			resolution: options.resolution,
			opened: dataSets,
			floatRange: options.floatRange,
			temporaryFolder: path.join(folder, 'unpacked'),
			report: line => progress.line(line),
		});
		opened.push(side);
		return side;
	};
	try {
		const realSplit = options.realSplit ?? preset.referenceSplit.value;
		const real = await open(options.real, realSplit);
		if (options.saveStatistics !== undefined) requireKnownOrigin(real);
		const fake = options.fake === undefined ? undefined : await open(options.fake, options.fakeSplit);
		const needsTraining = options.metrics?.some(name => name === 'duplicates' || name === 'linear-probe');
		const trainingName =
			options.training ?? (isDataSetSource(options.real) && realSplit === 'test' ? options.real : undefined);
		const training =
			needsTraining && trainingName !== undefined ? await open(trainingName, 'train') : undefined;
		const shared = {
			preset,
			cache: openFeatureCache(path.join(folder, 'features'), { limitBytes: options.cacheLimit }),
			loadExtractor: () => loadExtractor(options.extractor, preset),
			batchSize: options.batchSize,
			onProgress: progress.update,
			signal,
		};
		const { metrics, seed, allowMixed, bootstrap: bootstrapReplicates } = options;
		const asked = { metrics, seed, allowMixed, bootstrapReplicates, earlier };
		const scored = fake ? await scoreImages({ ...shared, ...asked, real, fake, training }) : undefined;
		const realSide = scored?.real ?? (await measureSide(real, shared));
		progress.close();
		if (options.saveStatistics !== undefined) {
			await saveSideStatistics(options.saveStatistics, realSide);
			process.stderr.write(`Wrote ${options.saveStatistics}\n`);
		}
		if (!scored) return;
		const { result } = scored;
		if (options.out !== undefined) {
			const { writeFileAtomically } = await import('../write-atomically.ts');
			writeFileAtomically(options.out, `${JSON.stringify(result, undefined, '\t')}\n`);
			process.stderr.write(`Wrote ${options.out}\n`);
		}
		const { formatScore } = await import('../metrics/score/format-score.ts');
		process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : formatScore(result));
	} finally {
		progress.close();
		for (const side of opened) side.close();
		if (temporary) rmSync(temporary, { recursive: true, force: true });
	}
}
