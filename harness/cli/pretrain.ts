import path from 'node:path';
import { type Command, Option } from 'commander';
import type { FeatureExtractor } from '../../methods/pretraining/feature-extractor.ts';
import type { ClassificationErrors } from '../../methods/pretraining/infer-labels.ts';
import type { PretrainingOptions } from '../../methods/pretraining/options.ts';
import type { DataSet } from '../data/data-set.ts';
import { requireOutputFolder } from '../require-output.ts';
import { applyExecutionOptions, type ExecutionOptions } from '../tensor/execution-options.ts';
import { addExecutionOptions } from './execution-options.ts';
import { interruptionSignal } from './interruption.ts';
import { labelFraction, positiveNumber } from './options.ts';
import { parseSeed } from './run-options.ts';
import { seconds } from './train.ts';

const methods = ['semi-supervised', 'rotation', 'supervised'] as const;
const views = ['upright', 'four-rotations'] as const;

interface PretrainOptions extends ExecutionOptions {
	readonly data: string;
	readonly labels: number;
	readonly profile: string;
	readonly method: (typeof methods)[number];
	readonly seed: number;
	readonly subsetSeed: number;
	readonly epochs?: number;
	readonly keepTrueLabels?: true;
	readonly views: (typeof views)[number];
	readonly out: string;
	readonly checkpointEvery?: number;
	readonly json?: true;
}

/** The feature extractor of §3.1 by itself: what `prepare` makes for the runs that need one, with other options. */
export function register(program: Command): void {
	const command = program
		.command('pretrain')
		.description(
			'pre-train the feature extractor (§3.1), infer labels for all training images, print its errors',
		)
		.option(
			'--data <source>',
			'data source: shapes, cifar10:DIR, packed:DIR, …; `fewer-labels data forms` lists them',
			'shapes',
		)
		.option('--labels <fraction>', 'part of the labels to use, in (0, 1]', labelFraction, 0.1)
		.option('--profile <name>', 'size, as for `run`', 'proxy-32')
		.addOption(
			new Option(
				'--method <name>',
				'semi-supervised: Eq. 2; rotation: Eq. 1, no labels; supervised: the class term alone, whole batches of labelled images',
			)
				.choices(methods)
				.default('semi-supervised'),
		)
		.option('--seed <number>', 'seed of weights, order and augmentation', parseSeed, 1)
		.option('--subset-seed <number>', 'seed of which labels are read', parseSeed, 1)
		.option(
			'--epochs <number>',
			'length; the schedule is stretched with it (default: the profile’s)',
			positiveNumber,
		)
		.option('--keep-true-labels', 'keep the true labels of the labelled images in the label files')
		.addOption(
			new Option(
				'--views <kind>',
				'what labels are inferred from: the image, or the mean logits of its rotations',
			)
				.choices(views)
				.default('upright'),
		)
		.requiredOption('--out <folder>', 'where network and label files go')
		.option('--checkpoint-every <seconds>', 'time between two checkpoints (default: 600)', seconds);
	addExecutionOptions(command, { threads: true })
		.option('--json', 'print progress and the result as JSON lines on stdout')
		.addHelpText(
			'after',
			`
To see how good a recipe is, and for labels that other programs read. Runs take nothing from here: \`run\` and
\`train\` share what \`prepare\` makes, with the recipe of the profile.

OUT/extractor holds the network, OUT/labels the labels of all training images. The same command again finds the
network there and does not train. Interrupted by Ctrl-C, SIGTERM or SIGUSR1 (exit code 130), or killed, the same command
goes on from the last checkpoint in OUT/training and ends with the same bytes; afterwards the events of the training
stay there. A second process that wants the same network waits for the first.

Examples:
  $ fewer-labels pretrain --profile smoke --out runs/f
  $ fewer-labels pretrain --data cifar10:DIR --labels 10% --out runs/f10
  $ fewer-labels pretrain --data cifar10:DIR --labels 10% --views four-rotations --out runs/f10
  $ fewer-labels pretrain --data cifar10:DIR --labels 10% --method supervised --out runs/baseline`,
		)
		.action(pretrainCommand);
}

/** The preset of the profile with what the command line says. */
function optionsFor(preset: PretrainingOptions, given: PretrainOptions): PretrainingOptions {
	const stretch = (given.epochs ?? preset.epochs) / preset.epochs;
	// As many images an update as Eq. 2 sees; the rule of the step size cannot count unlabelled ones.
	const supervised = {
		rotationWeight: 0,
		unlabelledPerBatch: 0,
		learningRateImages: 'batch',
	} as const;
	return {
		...preset,
		...(given.method === 'supervised' && supervised),
		labelFraction: given.method === 'rotation' ? null : given.labels,
		seed: given.seed,
		subsetSeed: given.subsetSeed,
		epochs: preset.epochs * stretch,
		warmUpEpochs: preset.warmUpEpochs * stretch,
		decayEpochs: preset.decayEpochs.map(epoch => epoch * stretch),
	};
}

interface Message {
	readonly fraction: number;
	readonly text: string;
}

async function obtainExtractor(
	dataSet: DataSet,
	options: PretrainingOptions,
	given: PretrainOptions,
	report: (message: Message) => void,
): Promise<FeatureExtractor> {
	const { pretrainingId } = await import('../../methods/pretraining/options.ts');
	const { requirePretrainingOptions } = await import('../../methods/pretraining/options-schema.ts');
	const { obtainExtractor: obtain } = await import('../run/prepare-extractor.ts');
	const { UsageError } = await import('../errors.ts');
	requirePretrainingOptions(options);
	const out = path.resolve(given.out);
	const folder = path.join(out, 'extractor');
	const found = await obtain({
		...{ dataSet, options, folder, report },
		trainings: path.join(out, 'training'),
		signal: interruptionSignal(),
		checkpointEveryMs: given.checkpointEvery === undefined ? undefined : 1000 * given.checkpointEvery,
	});
	const { description } = found;
	if (
		pretrainingId(description.dataSetDigest, description.options) === pretrainingId(dataSet.digest, options)
	) {
		return found;
	}
	found.dispose();
	throw new UsageError(
		`${folder}: holds a network of another recipe or of other data`,
		'give another folder with --out, or delete that one',
	);
}

const describeErrors = (where: string, errors: ClassificationErrors | null): string =>
	errors === null
		? `${where}: no images`
		: `${where}: top-1 error ${(100 * errors.top1).toFixed(2)} %, top-5 error ${(100 * errors.top5).toFixed(2)} % (${errors.images} images)`;

async function pretrainCommand(given: PretrainOptions): Promise<void> {
	applyExecutionOptions(given);
	const { findPretrainingPreset } = await import('../../methods/pretraining/options.ts');
	const { findProfile } = await import('../suite/profiles.ts');
	const { loadDataSet } = await import('../data/load.ts');
	const profile = findProfile(given.profile);
	const options = optionsFor(findPretrainingPreset(profile.pretraining), given);
	const report = (message: Message): void => {
		if (given.json) process.stdout.write(`${JSON.stringify({ event: 'progress', ...message })}\n`);
		else process.stderr.write(`${(100 * message.fraction).toFixed(0).padStart(3)} %  ${message.text}\n`);
	};
	requireOutputFolder(given.out);
	const dataSet = await loadDataSet(given.data, {
		resolution: profile.settings(profile.defaultSteps).resolution,
		trainCount: profile.trainCount ?? undefined,
		testCount: profile.testCount ?? undefined,
	});
	const out = path.resolve(given.out);
	const start = performance.now();
	const extractor = await obtainExtractor(dataSet, options, given, report);
	const seconds = Math.round(performance.now() - start) / 1000;
	try {
		const shared = { folder: out, fingerprint: extractor.fingerprint, seconds };
		if (options.labelFraction === null) {
			print(given, { ...shared, errors: null }, [`${out}: trained on rotations only in ${seconds} s`]);
			return;
		}
		const { labelTrainingSet } = await import('../../methods/pretraining/label-training-set.ts');
		const { writeLabelFiles } = await import('../../methods/pretraining/label-file.ts');
		let reported = 0;
		const { content, errors } = labelTrainingSet(extractor, dataSet, {
			keepTrueLabels: given.keepTrueLabels,
			views: given.views,
			onProgress(message) {
				if (message.fraction < reported + 0.25) return;
				reported = message.fraction;
				report(message);
			},
		});
		writeLabelFiles(path.join(out, 'labels'), content);
		print(given, { ...shared, errors }, [
			`${out}: trained in ${seconds} s`,
			describeErrors('held-out', errors.heldOut),
			describeErrors('unlabelled training images', errors.unlabelled),
		]);
	} finally {
		extractor.dispose();
	}
}

function print(given: PretrainOptions, result: object, lines: readonly string[]): void {
	process.stdout.write(
		given.json ? `${JSON.stringify({ event: 'result', result })}\n` : `${lines.join('\n')}\n`,
	);
}
