import path from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import type { ListedLabels } from '../data/listed-labels.ts';
import { UsageError } from '../errors.ts';
import type { EvaluatorKind } from '../metrics/evaluators/evaluator.ts';
import { requireOutputFolder } from '../require-output.ts';
import type { LabelPreparation } from '../run/prepare-labels.ts';
import { profileNames } from '../suite/profiles.ts';
import { applyExecutionOptions, type ExecutionOptions } from '../tensor/execution-options.ts';
import { addExecutionOptions } from './execution-options.ts';
import { interruptionSignal } from './interruption.ts';
import { evaluatorOption, labelListOption, wholeNumber } from './options.ts';
import { seconds } from './train.ts';

const labellingSchema = z.discriminatedUnion('kind', [
	z.strictObject({
		kind: z.enum(['inferred-labels', 'inferred-soft-labels']),
		labelFraction: z.number().gt(0).lt(1),
		labelList: z.string().optional(),
	}),
	z.strictObject({ kind: z.literal('clusters'), clusters: z.number().int().min(1) }),
]);

interface PrepareOptions extends ExecutionOptions {
	readonly profile: string;
	readonly data: string;
	readonly shared: string;
	readonly labelling?: string;
	readonly clusters?: number;
	readonly labelList?: string;
	readonly evaluator?: EvaluatorKind;
	readonly checkpointEvery?: number;
	readonly json?: boolean;
}

/** What the runs of a grid share, done once before them; `run` calls it, people rarely need to. */
export function register(program: Command): void {
	const command = program
		.command('prepare')
		.description('load a data set and train its feature network, as `run` does before the first run')
		.requiredOption('--profile <name>', `size: ${profileNames}`)
		.requiredOption(
			'--data <source>',
			'data source: shapes, cifar10:DIR, packed:DIR, …; `fewer-labels data forms` lists them',
		)
		.requiredOption('--shared <folder>', 'where the feature network is kept')
		.addOption(evaluatorOption())
		.option('--labelling <json>', 'make these labels as well, as `run` asks for them')
		.option(
			'--clusters <count>',
			'largest number of clusters that runs will ask for: fewer training images are refused at once',
			wholeNumber(1),
		)
		.addOption(labelListOption())
		.option(
			'--checkpoint-every <seconds>',
			'time between the checkpoints of the network that makes labels (default: 600)',
			seconds,
		);
	addExecutionOptions(command, { threads: true })
		.option('--json', 'print progress and what was prepared as JSON lines on stdout')
		.addHelpText(
			'after',
			`
What is there already is found and not made again. The network that makes labels (--labelling) is trained with
checkpoints: after Ctrl-C, SIGTERM or SIGUSR1 (exit code 130), and after a crash, the same command goes on from the last
one and ends with the same bytes. A second process that wants the same network waits for the first.

Examples:
  $ fewer-labels prepare --profile smoke --data shapes --shared runs/a/shared
  $ fewer-labels prepare --profile smoke --data shapes --shared runs/a/shared \\
      --labelling '{"kind":"inferred-labels","labelFraction":0.1}'`,
		)
		.action(prepare);
}

async function prepare(options: PrepareOptions): Promise<void> {
	const signal = interruptionSignal();
	applyExecutionOptions(options);
	const { findProfile } = await import('../suite/profiles.ts');
	const { prepareData } = await import('../run/prepare.ts');
	const { listedLabels } = await import('../data/listed-labels.ts');
	const { withEvaluator } = await import('../run/with-evaluator.ts');
	const { prepareLabels } = await import('../run/prepare-labels.ts');
	const { clusterSettings } = await import('../../methods/pretraining/clustering/options.ts');
	const { backendName } = await import('../run/manifest.ts');
	const print = (message: unknown): void => {
		process.stdout.write(`${JSON.stringify(message)}\n`);
	};
	const report = (progress: { fraction: number; text: string }): void => {
		// What is finished, each network, labelling and data set, is on the disk and found again.
		signal.throwIfAborted();
		if (options.json) print({ event: 'progress', ...progress });
		else process.stderr.write(`${progress.text}\n`);
	};
	const profile = withEvaluator(findProfile(options.profile), options.evaluator);
	const asked = options.labelling ? parseLabelling(options.labelling) : undefined;
	const sharedFolder = path.resolve(options.shared);
	// What is wanted may be there already.
	requireOutputFolder(sharedFolder, { mayBeReadOnly: true });
	let listed: ListedLabels | undefined;
	let preparation: LabelPreparation | undefined;
	const { dataSet, evaluator } = await prepareData({
		...{ profile, sharedFolder, report },
		data: options.data,
		inspect(data) {
			if (options.labelList !== undefined) listed = listedLabels(path.resolve(options.labelList), data);
			preparation = asked && withList(asked, listed);
			const asksFor = preparation?.kind === 'clusters' ? preparation.clusters : 0;
			const clusters = Math.max(options.clusters ?? 0, asksFor);
			if (clusters > 0) clusterSettings({ clusters, seed: 1 }, data.train.count);
		},
	});
	const { kind, fingerprint } = evaluator;
	evaluator.dispose();
	const labels = preparation
		? await prepareLabels({
				preparation,
				profile,
				dataSet,
				sharedFolder,
				listed: listed?.images,
				report,
				signal,
				checkpointEveryMs: options.checkpointEvery === undefined ? undefined : 1000 * options.checkpointEvery,
			})
		: undefined;
	const reply = {
		dataSet: { name: dataSet.name, digest: dataSet.digest, testCount: dataSet.test.count },
		evaluator: kind,
		// The launcher names the runs by it, and may itself have no GPU.
		backend: backendName(),
		networkFingerprint: fingerprint,
		...(listed && {
			labelList: { digest: listed.digest, images: listed.images.length, fraction: listed.fraction },
		}),
		...(labels && { labelsDigest: labels.digest, labels: labels.provenance }),
	};
	if (options.json) print({ event: 'result', result: reply });
	else process.stdout.write(`${JSON.stringify(reply, undefined, '\t')}\n`);
}

/** @throws UsageError if the list is not the one that the labels are to be inferred from */
function withList(asked: LabelPreparation, listed: ListedLabels | undefined): LabelPreparation {
	if (asked.kind === 'clusters') return asked;
	if (!listed) {
		if (asked.labelList === undefined) return asked;
		throw new UsageError('--labelling: it names a list of labelled images', 'give it with --label-list FILE');
	}
	const { digest, fraction } = listed;
	if (asked.labelFraction !== fraction || (asked.labelList ?? digest) !== digest) {
		throw new UsageError(
			`--label-list: ${listed.file} lists the label fraction ${fraction} (${digest.slice(0, 12)}), asked for was ${asked.labelFraction} (${asked.labelList?.slice(0, 12) ?? 'any list'})`,
			`give "labelFraction": ${fraction}, and the list as it was`,
		);
	}
	return { ...asked, labelList: digest };
}

/** @throws UsageError if the text is no `LabelPreparation` */
function parseLabelling(text: string): LabelPreparation {
	try {
		return labellingSchema.parse(JSON.parse(text));
	} catch (error) {
		const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
		throw new UsageError(
			`--labelling: ${reason}`,
			'for example {"kind":"inferred-labels","labelFraction":0.1} or {"kind":"clusters","clusters":50}',
			error,
		);
	}
}
