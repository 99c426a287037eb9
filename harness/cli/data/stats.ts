import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../../errors.ts';
import { wholeNumber } from '../options.ts';

/** A folder that `pack` made, as the source that it is; other texts as they are. */
export const asSource = (text: string): string =>
	existsSync(path.join(text, 'index.json')) ? `packed:${text}` : text;

/** The resolution of a packed set, or the one given. */
export async function resolutionOf(source: string, given: number | undefined): Promise<number> {
	if (given !== undefined) return given;
	if (!source.startsWith('packed:')) {
		throw new UsageError(
			`--resolution: needed for ${source}, only packed sets know their own`,
			'add the pixels of a side, for example --resolution 32',
		);
	}
	const { readIndex } = await import('../../data/packed/read-records.ts');
	return readIndex(source.slice('packed:'.length)).resolution;
}

/** Adds `data stats`. */
export function register(data: Command): void {
	data
		.command('stats')
		.description('count the images of each class; mean and standard deviation of red, green and blue')
		.argument('<source>', 'packed set, or any data source that fits into memory')
		.option('--resolution <pixels>', 'for sources that are not packed', wholeNumber(4))
		.option('--json', 'print JSON')
		.addHelpText(
			'after',
			`
Examples:
  $ fewer-labels data stats packed/imagenet-128
  $ fewer-labels data stats cifar10:DIR --resolution 32 --json`,
		)
		.action(async (text: string, options: { resolution?: number; json?: boolean }) => {
			const { loadDataSet } = await import('../../data/load.ts');
			const { splitStatistics } = await import('../../data/split-statistics.ts');
			const source = asSource(text);
			const resolution = await resolutionOf(source, options.resolution);
			const dataSet = await loadDataSet(source, { resolution });
			const { name, digest, classNames } = dataSet;
			const [train, test] = [dataSet.train, dataSet.test].map(split =>
				splitStatistics(split, classNames.length),
			);
			if (options.json) {
				process.stdout.write(`${JSON.stringify({ name, digest, resolution, classNames, train, test })}\n`);
				return;
			}
			const numbers = (values: readonly number[]): string => values.map(value => value.toFixed(4)).join(' ');
			const lines = [`${name}: ${classNames.length} classes, ${resolution}×${resolution}, digest ${digest}`];
			for (const [split, { count, mean, std }] of Object.entries({ train, test })) {
				lines.push(`${split}: ${count} images, RGB mean ${numbers(mean)}, std ${numbers(std)}`);
			}
			lines.push('class: train test');
			for (const [label, className] of classNames.entries()) {
				lines.push(`${className}: ${train.perClass[label]} ${test.perClass[label]}`);
			}
			process.stdout.write(`${lines.join('\n')}\n`);
		});
}
