import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type Command, Option } from 'commander';
import { countOf } from '../count-of.ts';
import { requireOutputFolder } from '../require-output.ts';
import { interruptionSignal } from './interruption.ts';
import { wholeNumber } from './options.ts';

interface PackCommandOptions {
	readonly resolution: number;
	readonly form: 'pixels' | 'bytes';
	readonly recipe: string;
	readonly seed: number;
	readonly onCorrupt: 'fail' | 'skip';
	readonly jobs?: number;
	readonly shardSize: number;
	readonly acceptLabels?: boolean;
	readonly json?: boolean;
}

const progressEveryMs = 1000;

export function register(program: Command): void {
	program
		.command('pack')
		.description('prepare a data set once, into shards that every command reads as `packed:OUT`')
		.argument('<source>', 'data source; `fewer-labels data forms` lists the forms')
		.argument('<out>', 'folder of the packed set; the same command again goes on where it stopped')
		.requiredOption('--resolution <pixels>', 'width and height of the images', wholeNumber(4))
		.addOption(
			new Option(
				'--form <form>',
				'pixels: prepared once; bytes: the training files are kept, for fresh random crops in every epoch',
			)
				.choices(['pixels', 'bytes'])
				.default('pixels'),
		)
		.option(
			'--recipe <name>',
			'how pictures are cut and resized; `fewer-labels data recipes` lists them',
			's3gan',
		)
		.option('--seed <number>', 'seed of random crops that the set fixes', wholeNumber(1), 1)
		.addOption(
			new Option(
				'--on-corrupt <what>',
				'a picture that cannot be read ends the work, or is left out and listed',
			)
				.choices(['fail', 'skip'])
				.default('fail'),
		)
		.option('--jobs <count>', 'pictures decoded at the same time (default: one a core)', wholeNumber(1))
		.option('--shard-size <MiB>', 'a shard is closed when it has this size', wholeNumber(1), 128)
		.option('--accept-labels', 'accept classes without pictures and labels that are all equal')
		.option('--json', 'print progress and the result as JSON lines on stdout')
		.addHelpText(
			'after',
			`
Examples:
  $ fewer-labels pack folder:imagenet packed/imagenet-128 --resolution 128
  $ fewer-labels pack folder:imagenet packed/imagenet-128-bytes --resolution 128 --form bytes --on-corrupt skip
  $ fewer-labels train --method s3gan --data packed:packed/imagenet-128 …`,
		)
		.action(packCommand);
}

async function packCommand(source: string, out: string, options: PackCommandOptions): Promise<void> {
	// Pictures pass through; a young generation that does not grow holds fewer of them at a time.
	setFlagsFromString('--semi-space-growth-factor=1');
	requireOutputFolder(out);
	const { pack } = await import('../data/packed/pack.ts');
	const { formatDuration } = await import('../launch/duration.ts');
	const print = (message: unknown): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
	const say = (line: string): void => void process.stderr.write(`${line}\n`);
	const startedAt = performance.now();
	let [shownAt, splitStartedAt, shownSplit] = [0, startedAt, ''];
	const { index, wasThere } = await pack({
		source,
		folder: out,
		...options,
		shardBytes: options.shardSize * 2 ** 20,
		signal: interruptionSignal(),
		report: say,
		onProgress({ split, total, done, skipped, found }) {
			const now = performance.now();
			if (split !== shownSplit) [shownSplit, splitStartedAt] = [split, now];
			else if (now - shownAt < progressEveryMs && done !== total) return;
			shownAt = now;
			const elapsedMs = now - splitStartedAt;
			const perSecond = elapsedMs > 0 ? (1000 * (done - found)) / elapsedMs : 0;
			const leftMs = total !== null && perSecond > 0 ? (1000 * (total - done)) / perSecond : null;
			if (options.json) {
				const secondsLeft = leftMs === null ? null : Math.round(leftMs / 1000);
				print({
					event: 'progress',
					split,
					done,
					total,
					skipped,
					perSecond: Math.round(perSecond),
					secondsLeft,
				});
				return;
			}
			const parts = [`${split}: ${done}${total === null ? '' : ` of ${total}`} pictures`];
			if (perSecond > 0) parts.push(`${Math.round(perSecond)} a second`);
			if (leftMs !== null && done !== total) parts.push(`${formatDuration(leftMs)} left`);
			if (skipped > 0) parts.push(`${skipped} skipped`);
			say(parts.join(', '));
		},
	});
	const { train, test } = index.splits;
	if (options.json) {
		const { digest, splits, duplicates, resolution, recipe } = index;
		const counts = Object.fromEntries(
			Object.entries(splits).map(([name, split]) => [
				name,
				split && { form: split.form, count: split.count, skipped: split.skipped, converted: split.converted },
			]),
		);
		const folder = path.resolve(out);
		print({
			event: 'result',
			result: { folder, digest, wasThere, resolution, recipe, splits: counts, duplicates },
		});
		return;
	}
	if (wasThere) say(`${out} was packed already`);
	say(
		`${train.count} training and ${test?.count ?? 0} held-out images of ${index.classNames.length} classes in ${out}, ` +
			`${formatDuration(performance.now() - startedAt)}; use it as packed:${out}`,
	);
	const skipped = train.skipped + (test?.skipped ?? 0);
	if (skipped > 0)
		say(
			`left out as unreadable: ${countOf(skipped, 'picture')}; \`fewer-labels data check ${out}\` says which`,
		);
	const { sameLabel, otherLabel, acrossSplits } = index.duplicates;
	if (sameLabel + otherLabel + acrossSplits > 0) {
		say(
			`duplicates, kept: ${sameLabel} with the same label, ${otherLabel} with another label, ` +
				`${acrossSplits} held-out pictures that are also training pictures`,
		);
	}
}
