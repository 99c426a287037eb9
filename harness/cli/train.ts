import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { EvaluatorKind } from '../metrics/evaluators/evaluator.ts';
import { requireOutputFolder } from '../require-output.ts';
import { profileNames } from '../suite/profiles.ts';
import { applyExecutionOptions, type ExecutionOptions } from '../tensor/execution-options.ts';
import { addCollapseOptions, type CollapseOptions } from './collapse-options.ts';
import { addExecutionOptions } from './execution-options.ts';
import { interruptionSignal } from './interruption.ts';
import { evaluatorOption, labelFraction, labelListOption, wholeNumber } from './options.ts';
import { parseOptionTexts, parseSeed } from './run-options.ts';

interface TrainOptions extends ExecutionOptions, CollapseOptions {
	readonly method: string;
	readonly labels: number;
	readonly labelList?: string;
	readonly seed: number;
	readonly profile: string;
	readonly data: string;
	readonly out: string;
	readonly steps?: number;
	readonly shared?: string;
	readonly option?: string[];
	readonly eager?: boolean;
	readonly microBatch?: number;
	readonly checkpointEvery?: number;
	readonly evaluator?: EvaluatorKind;
	readonly json?: boolean;
}

/** One run: what each job of a grid executes. */
export function register(program: Command): void {
	const command = program
		.command('train')
		.description('train and score one run; the same command again does nothing once its result is there')
		.requiredOption(
			'--method <name>',
			'a method of `fewer-labels methods`, or the path of a module of your own',
		)
		.option('--labels <fraction>', 'part of the labels to use, in (0, 1]', labelFraction, 1)
		.addOption(labelListOption())
		.option('--seed <number>', 'seed of every random stream, from 1 up', parseSeed, 1)
		.option('--profile <name>', `size: ${profileNames}`, 'proxy-32')
		.option(
			'--data <source>',
			'data source: shapes, cifar10:DIR, packed:DIR, …; `fewer-labels data forms` lists them',
			'shapes',
		)
		.requiredOption('--out <folder>', 'folder of this run')
		.option('--steps <count>', 'generator steps (default: the profile’s)', wholeNumber(1))
		.option('--shared <folder>', 'where the feature network is kept for other runs (default: OUT/shared)')
		.option(
			'--option <name=value>',
			'an option of the method; may be given several times',
			(value: string, previous: string[] = []) => [...previous, value],
		)
		.option(
			'--micro-batch <images>',
			'images that pass through the networks at once; gradients add up to whole batches (default: the profile’s)',
			wholeNumber(1),
		)
		.addOption(evaluatorOption())
		.option(
			'--checkpoint-every <seconds>',
			'time between checkpoints; 0 writes one after every step (default: 600)',
			seconds,
		);
	addCollapseOptions(command).option(
		'--eager',
		'run operation by operation instead of compiled (slower; same numbers)',
	);
	addExecutionOptions(command, { threads: true })
		.option('--json', 'print progress and the result as JSON lines on stdout')
		.addHelpText(
			'after',
			`
Examples:
  $ fewer-labels train --method s3gan --profile smoke --out runs/one
  $ fewer-labels train --method big-gan --labels 10% --seed 2 --data cifar10:DIR --steps 1000 --out runs/two
  $ fewer-labels train --method s3gan --label-list 10percent.txt --data packed:DIR --out runs/three

Ctrl-C, SIGTERM and SIGUSR1 end the run after the current step with a checkpoint, exit code 130. The same command goes
on from the last checkpoint, also after a crash, and ends with the same result as an unbroken run.
Exit code 7 if another process works on the same run.`,
		)
		.action(train);
}

/** commander parser: seconds, not negative, fractions allowed. */
export function seconds(text: string): number {
	const value = Number(text);
	if (text.trim() === '' || !(value >= 0 && Number.isFinite(value))) {
		throw new UsageError(`--checkpoint-every: expected seconds of at least 0, got '${text}'`);
	}
	return value;
}

async function train(options: TrainOptions): Promise<void> {
	// First of all: a scheduler may take the machine back while the data are read.
	const signal = interruptionSignal();
	applyExecutionOptions(options);
	const [
		{ loadMethod, parseMethodOptions },
		{ fractionFor, requireLabelReaders },
		{ findProfile },
		{ withMicroBatch },
		{ withEvaluator },
		{ requireRotatedPart },
	] = await Promise.all([
		import('../../methods/registry.ts'),
		import('../suite/cells.ts'),
		import('../suite/profiles.ts'),
		import('../run/with-micro-batch.ts'),
		import('../run/with-evaluator.ts'),
		import('../run/possible-options.ts'),
	]);
	const profile = withEvaluator(
		withMicroBatch(findProfile(options.profile), options.microBatch),
		options.evaluator,
	);
	const loaded = await loadMethod(options.method);
	const { method } = loaded;
	if (options.labelList !== undefined) await requireLabelReaders([options.method]);
	const labelFraction = fractionFor(loaded, options.labels);
	if (labelFraction === null && options.labels < 1) {
		throw new UsageError(
			`--labels: ${method.name} reads no labels of the data, got ${options.labels}`,
			'leave --labels out, or choose a method that reads them: `fewer-labels methods` says which',
		);
	}
	const given = parseOptionTexts(options.option ?? [], method.name).get(method.name) ?? {};
	const request = {
		loaded,
		options: parseMethodOptions(method, given),
		labelFraction,
		labelListFile: options.labelList === undefined ? undefined : path.resolve(options.labelList),
		seed: options.seed,
		profile,
		steps: options.steps ?? profile.defaultSteps,
		data: options.data,
		folder: path.resolve(options.out),
		eager: options.eager ?? false,
		checkpointEveryMs: options.checkpointEvery === undefined ? undefined : 1000 * options.checkpointEvery,
		evaluateEvery: options.evaluateEvery,
		onCollapse: options.onCollapse,
		sharedFolder: path.resolve(options.shared ?? path.join(options.out, 'shared')),
	};
	requireRotatedPart(method, request.options, profile.settings(request.steps));
	const { fileNames } = await import('../run/run-folder.ts');
	// A finished run is only read, and the feature network may be there already.
	requireOutputFolder(options.out, { mayBeReadOnly: existsSync(path.join(options.out, fileNames.result)) });
	requireOutputFolder(request.sharedFolder, { mayBeReadOnly: true });
	const { executeRun } = await import('../run/execute-run.ts');
	const { createLaunchProgress } = await import('../launch/progress.ts');
	const job = { id: method.name, label: `${method.title} seed ${options.seed}`, command: [] };
	const progress = options.json ? undefined : createLaunchProgress(1, process.stderr);
	progress?.onStart(job);
	const result = await executeRun({
		...request,
		signal,
		onProgress({ fraction, text }) {
			progress?.onProgress(job, fraction, text);
			if (options.json) process.stdout.write(`${JSON.stringify({ event: 'progress', fraction, text })}\n`);
		},
	});
	progress?.close();
	if (options.json) {
		process.stdout.write(`${JSON.stringify({ event: 'result', result })}\n`);
		return;
	}
	const { fid, inceptionScore } = result.scores;
	process.stderr.write(`${method.title} seed ${result.seed}: ${request.folder}\n`);
	if (result.collapse) {
		const { step, reason, scoredStep } = result.collapse;
		process.stderr.write(`Collapsed: ${reason} at step ${step}; scored as of step ${scoredStep}\n`);
	}
	process.stdout.write(
		`FID ${fid.mean.toFixed(2)} ± ${fid.std.toFixed(2)}, IS ${inceptionScore.mean.toFixed(3)} ± ${inceptionScore.std.toFixed(3)} (${result.protocol.name}, ${fid.values.length} fake sets)\n`,
	);
}
