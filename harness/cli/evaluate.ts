import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { type PresetName, presetNames } from '../metrics/protocols/preset.ts';
import { type MetricName, metricNames } from '../metrics/score/score-result.ts';
import type { StoredRun } from '../samples/stored-run.ts';
import { interruptionSignal } from './interruption.ts';
import { metricName } from './metrics/metric-name.ts';
import { byteSize, listOf, wholeNumber } from './options.ts';
import { parseSeed } from './run-options.ts';

interface EvaluateOptions {
	readonly protocol?: PresetName | 'proxy';
	readonly metrics?: MetricName[];
	readonly checkpoint?: 'latest';
	readonly fakeSets?: number;
	readonly bootstrap?: number;
	readonly data?: string;
	readonly shared?: string;
	readonly seed: number;
	readonly cacheLimit?: number;
	readonly json?: true;
}

/** Measures runs that have been trained already. */
export function register(program: Command): void {
	program
		.command('evaluate')
		.description('metrics of a trained run again, under any protocol, beside its result')
		.argument('<run>', 'folder of a run')
		.addOption(
			new Option('--protocol <name>', 'protocol of the scores (default: the run’s own)').choices([
				...presetNames,
				'proxy',
			]),
		)
		.option(
			'--metrics <list>',
			`comma-separated: ${metricNames.join(', ')} (default: fid,is)`,
			listOf(metricName),
		)
		.addOption(
			new Option('--checkpoint <which>', 'the latest checkpoint of a run that is not finished').choices([
				'latest',
			]),
		)
		.option('--fake-sets <count>', 'fake sets, each scored apart (default: the run’s own)', wholeNumber(1))
		.option(
			'--bootstrap <replicates>',
			'95 % bootstrap intervals over the images, for example 1000',
			wholeNumber(100),
		)
		.option('--data <source>', 'where the run’s data set lies now (default: where it was)')
		.option('--shared <folder>', 'where proxy scores find their feature network (default: the run’s own)')
		.option('--seed <number>', 'seed of KID and FID∞ subsets and of the bootstrap, from 1 up', parseSeed, 1)
		.option(
			'--cache-limit <size>',
			'drop the features that were not used for the longest time above this (default: 20GB; none for no limit)',
			byteSize,
		)
		.option('--json', 'print the evaluation as JSON on stdout')
		.addHelpText(
			'after',
			`
The images are those that the run itself was measured on. Under its own protocol, with as many fake sets, FID and
Inception Score are the run's to the last bit. The evaluation is written to RUN/evaluations/FINGERPRINT.json (with the
step in its name for a checkpoint); result.json stays as it is.

Examples:
  $ fewer-labels evaluate runs/a/runs/RUN
  $ fewer-labels evaluate runs/a/runs/RUN --protocol torch-fidelity --metrics fid,is,kid --fake-sets 1
  $ fewer-labels evaluate runs/a/runs/RUN --metrics per-class-fid,duplicates,linear-probe --json
  $ fewer-labels evaluate runs/a/runs/RUN --checkpoint latest --fake-sets 1`,
		)
		.action(evaluate);
}

/** The folder with the run's feature network: where its command said, or where its grid keeps it. */
function findSharedFolder(run: StoredRun, given: string | undefined): string {
	if (given !== undefined) return path.resolve(given);
	const candidates = [
		path.join(run.folder, 'shared'),
		path.join(run.folder, '..', '..', 'shared'),
		...(run.sharedFolder === undefined ? [] : [path.resolve(run.sharedFolder)]),
	];
	return candidates.find(folder => existsSync(path.join(folder, 'feature-networks'))) ?? candidates[0];
}

async function evaluate(folder: string, options: EvaluateOptions): Promise<void> {
	const { avoidTf32 } = await import('../metrics/score/tensor-float-32.ts');
	avoidTf32();
	const [
		{ openStoredRun },
		{ findProfile },
		{ prepareData },
		{ withEvaluator },
		{ readRunRecords },
		{ evaluateRun },
		{ writeEvaluation },
		{ openFeatureCache },
		{ createScoreProgress },
		{ cacheFolder },
	] = await Promise.all([
		import('../samples/stored-run.ts'),
		import('../suite/profiles.ts'),
		import('../run/prepare.ts'),
		import('../run/with-evaluator.ts'),
		import('../metrics/evaluation/read-run-records.ts'),
		import('../metrics/evaluation/evaluate-run.ts'),
		import('../metrics/evaluation/evaluation-record.ts'),
		import('../metrics/cache/feature-cache.ts'),
		import('../metrics/score/score-progress.ts'),
		import('../tensor/runtime-location.ts'),
	]);
	const { runId, protocol: own, result } = readRunRecords(folder);
	const wanted = options.protocol ?? (own.proxy ? 'proxy' : (own.details.preset as PresetName));
	const isProxy = wanted === 'proxy';
	const isEnd = options.checkpoint === undefined || result !== undefined;
	const run = await openStoredRun(path.resolve(folder), isEnd ? 'result' : 'latest-checkpoint');
	const data = options.data ?? run.dataSet?.source;
	if (run.profile === undefined || data === undefined) {
		throw new UsageError(
			`${folder}: its manifest names no ${run.profile === undefined ? 'profile' : 'data set'}`,
			'give a run of this version, or the data set with --data',
		);
	}
	const progress = createScoreProgress(process.stderr);
	try {
		const profile = withEvaluator(findProfile(run.profile), isProxy ? 'proxy' : 'inception');
		const preset = isProxy ? 'tfgan-s3gan' : wanted;
		const { dataSet, evaluator } = await prepareData({
			profile,
			data,
			preset,
			sharedFolder: findSharedFolder(run, options.shared),
			report: ({ text, fraction }) => progress.update(text, fraction, 1),
		});
		try {
			const evaluation = await evaluateRun({
				run,
				runId,
				evaluator,
				preset,
				dataSet,
				cache: openFeatureCache(path.join(cacheFolder(), 'metrics', 'features'), {
					limitBytes: options.cacheLimit,
				}),
				metrics: options.metrics,
				fakeSets: options.fakeSets,
				bootstrapReplicates: options.bootstrap,
				seed: options.seed,
				onProgress: progress.update,
				signal: interruptionSignal(),
			});
			progress.close();
			const { file, written } = writeEvaluation(run.folder, evaluation, isEnd);
			process.stderr.write(`Wrote ${file}\n`);
			const { formatEvaluation } = await import('../metrics/evaluation/format-evaluation.ts');
			process.stdout.write(
				options.json ? `${JSON.stringify(written)}\n` : formatEvaluation(evaluation, result),
			);
		} finally {
			evaluator.dispose();
		}
	} finally {
		progress.close();
	}
}
