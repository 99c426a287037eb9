import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { UsageError } from '../../errors.ts';
import { wholeNumber } from '../options.ts';
import { asSource, resolutionOf } from './stats.ts';

interface ShowOptions {
	readonly out: string;
	readonly split: 'train' | 'test';
	readonly count: number;
	readonly columns: number;
	readonly resolution?: number;
	readonly recipe: string;
	readonly seed: number;
}

/** Adds `data show`. */
export function register(data: Command): void {
	data
		.command('show')
		.description('draw a contact sheet: images as a training gets them, with their classes')
		.argument('<source>', 'packed set, or any data source')
		.requiredOption('--out <file>', 'PNG file')
		.addOption(new Option('--split <name>').choices(['train', 'test']).default('train'))
		.option('--count <images>', 'images, as many of each class as can be', wholeNumber(1), 100)
		.option('--columns <count>', 'images in a row', wholeNumber(1), 10)
		.option('--resolution <pixels>', 'for sources that are not packed', wholeNumber(4))
		.option(
			'--recipe <name>',
			'for sources that are not packed; `fewer-labels data recipes` lists them',
			's3gan',
		)
		.option('--seed <number>', 'which images', wholeNumber(1), 1)
		.addHelpText(
			'after',
			`
Examples:
  $ fewer-labels data show packed/imagenet-128 --out sheet.png
  $ fewer-labels data show folder:imagenet --resolution 128 --out sheet.png`,
		)
		.action(async (text: string, options: ShowOptions) => {
			if (!/\.png$/iu.test(options.out)) {
				throw new UsageError(
					`--out: expected a name ending in .png, got ${options.out}`,
					'a contact sheet is a PNG file',
				);
			}
			const { drawFromSource } = await import('../../data/draw-from-source.ts');
			const { writeContactSheet } = await import('../../data/contact-sheet.ts');
			const source = asSource(text);
			const resolution = await resolutionOf(source, options.resolution);
			const { pixels, captions } = await drawFromSource(source, { ...options, resolution });
			await writeContactSheet(options.out, {
				...{ pixels, captions, resolution },
				columns: Math.min(options.columns, captions.length),
				fontFile: fileURLToPath(new URL('../../../reports/fonts/dejavu-sans-latin.ttf', import.meta.url)),
			});
			process.stderr.write(`${captions.length} images in ${options.out}\n`);
		});
}
