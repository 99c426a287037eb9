import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { requireOutputFile, requireOutputFolder } from '../require-output.ts';
import {
	type InterpolationOf,
	type InterpolationPath,
	interpolationPaths,
} from '../samples/interpolation.ts';
import { listOf, wholeNumber } from './options.ts';
import { parseSeed } from './run-options.ts';

export interface SampleCommandOptions {
	readonly out: string;
	readonly count?: number;
	readonly classes?: number[];
	readonly z?: string;
	readonly labels?: string;
	readonly seed?: number;
	readonly set?: number;
	readonly checkpoint: 'final' | 'latest';
	readonly raw?: true;
	readonly batchStatistics?: true;
	readonly byClass?: true;
	readonly interpolate?: InterpolationOf;
	readonly rows: number;
	readonly steps: number;
	readonly path: InterpolationPath;
	readonly besideReal?: true;
	readonly nearest?: true;
	readonly features?: string;
	readonly data?: string;
	readonly json?: true;
}

function classNumber(text: string): number {
	const value = Number(text);
	if (!/^\d+$/u.test(text) || !Number.isSafeInteger(value)) {
		throw new InvalidArgumentError(`expected class numbers from 0 up, comma-separated, got '${text}'.`);
	}
	return value;
}

export function register(program: Command): void {
	program
		.command('sample')
		.description('images from the generator of a run, of given latents or of a seed')
		.argument('<run>', 'folder of a finished run; with --checkpoint latest also of one that trains')
		.requiredOption('--out <file>', 'a sheet (.png), uint8 [n, R, R, 3] (.npy, .npz) or a folder of PNGs')
		.option('--count <number>', 'images; with --classes of each class (default: 64, or 8)', wholeNumber(1))
		.option('--classes <list>', 'classes to draw, comma-separated, from 0 up', listOf(classNumber))
		.option('--z <file>', 'latents to use, .npy of floats [n, latent size]')
		.option('--labels <file>', 'their classes, .npy of whole numbers [n], or of rows [n, classes]')
		.option('--seed <number>', 'seed of latents and labels, from 1 up (default: the run’s)', parseSeed)
		.addOption(
			new Option('--set <number>', 'the images that the run was scored on: its fake set, from 0 up')
				.argParser(wholeNumber(0))
				.conflicts(['z', 'labels', 'classes', 'seed', 'raw', 'batchStatistics', 'interpolate']),
		)
		.addOption(
			new Option('--checkpoint <which>', 'weights of the end, or the latest that there are')
				.choices(['final', 'latest'])
				.default('final'),
		)
		.option('--raw', 'weights of the last step instead of their moving average')
		.option('--batch-statistics', 'batch norm of each batch instead of standing statistics')
		.option('--by-class', 'a sub-folder for each class, where --out is a folder')
		.addOption(
			new Option('--interpolate <what>', 'rows between two latents at a class, or two classes at a latent')
				.choices(['latents', 'classes'])
				.conflicts(['z', 'labels', 'count', 'nearest', 'besideReal']),
		)
		.option('--rows <number>', 'rows of an interpolation', wholeNumber(1), 8)
		.option('--steps <number>', 'images of a row, both ends among them', wholeNumber(2), 10)
		.addOption(
			new Option('--path <kind>', 'way between two latents; label rows always go straight')
				.choices(interpolationPaths)
				.default('spherical'),
		)
		.addOption(
			new Option(
				'--beside-real',
				'a row for each class: training images on the left, generated ones on the right',
			).conflicts(['z', 'labels', 'nearest', 'set']),
		)
		.option('--nearest', 'below each row of images the training images that are nearest to them')
		.option('--features <network>', 'compare in features: proxy:FOLDER or inception (default: in pixels)')
		.option('--data <source>', 'training data, where they moved since the run')
		.option('--json', 'print what was made as JSON on stdout')
		.addHelpText(
			'after',
			`
Images come from the averaged weights and standing statistics that the run was measured with. The same command gives
the same images. A .npz holds them as arr_0 and their classes as arr_1; other tools' scorers read it, and so does
\`score\`. Sheets of classes and interpolations lie in each run's folder already.

Examples:
  $ fewer-labels sample RUN --out samples.png
  $ fewer-labels sample RUN --count 50000 --out samples.npz
  $ fewer-labels sample RUN --set 0 --out scored.npz
  $ fewer-labels sample RUN --z z.npy --labels y.npy --out samples.npy
  $ fewer-labels sample RUN --classes 0,3,7 --count 100 --by-class --out samples
  $ fewer-labels sample RUN --interpolate latents --out walk.png
  $ fewer-labels sample RUN --count 32 --nearest --out nearest.png
  $ fewer-labels sample RUN --checkpoint latest --out now.png`,
		)
		.action(sample);
}

/** @throws UsageError for an option of interpolations where none is asked for; it would do nothing */
function refuseIdle({ interpolate }: SampleCommandOptions, command: Command): void {
	if (interpolate !== undefined) return;
	const idle = ['rows', 'steps', 'path'].find(name => command.getOptionValueSource(name) === 'cli');
	if (idle === undefined) return;
	throw new UsageError(
		`--${idle}: expected with --interpolate, got it without`,
		`add --interpolate latents or --interpolate classes, or leave --${idle} out; --count says how many images to make`,
	);
}

async function sample(folder: string, options: SampleCommandOptions, command: Command): Promise<void> {
	refuseIdle(options, command);
	if (!existsSync(folder) || !statSync(folder).isDirectory()) {
		throw new UsageError(`${folder}: there is no such folder`, 'give the folder of a run, OUT/runs/NAME');
	}
	const { sampleForm } = await import('../samples/write-samples.ts');
	const form = sampleForm(options.out);
	if ((options.nearest || options.besideReal) && form !== 'sheet') {
		const flag = options.nearest ? '--nearest' : '--beside-real';
		throw new UsageError(
			`${flag}: expected --out FILE.png, got ${options.out}`,
			'it makes a sheet to look at',
		);
	}
	if (form === 'folder') requireOutputFolder(options.out);
	else requireOutputFile(options.out);
	const { openStoredRun } = await import('../samples/stored-run.ts');
	const run = await openStoredRun(folder, options.checkpoint === 'latest' ? 'latest-checkpoint' : 'result');
	const { drawRequested } = await import('./sample/draw-requested.ts');
	const hash = createHash('sha256');
	const made = await drawRequested(run, options, pixels => hash.update(pixels));
	const { words, ...facts } = made;
	if (options.json) {
		const record = {
			run: path.resolve(folder),
			out: path.resolve(options.out),
			form,
			method: run.method.name,
			step: run.step,
			resolution: run.settings.resolution,
			weights: options.raw ? 'last step' : 'moving average',
			statistics: options.batchStatistics ? 'batch' : 'standing',
			...facts,
			/** SHA-256 of the generated pixels, uint8 RGB, in order. */
			digest: hash.digest('hex'),
		};
		process.stdout.write(`${JSON.stringify(record)}\n`);
	}
	process.stderr.write(`${options.out}: ${words}\n`);
}
