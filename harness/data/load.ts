import { existsSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { cifarResolution, findCifar10, loadCifar10 } from './cifar10.ts';
import type { DataSet } from './data-set.ts';
import { loadImageFolder } from './image-folder.ts';
import { openPacked } from './packed/open-packed.ts';
import { drawShapes, isShapesResolution, shapesClassCount } from './shapes/shapes.ts';

export interface LoadOptions {
	/** Width and height in pixels. */
	readonly resolution: number;
	/**
	 * Seed of what is drawn at random about the data: the built-in pictures, a held-out tenth, subsets. It is not
	 * the seed of a run: keep it over a grid, so that all its runs see the same data. Default 1.
	 */
	readonly seed?: number;
	/** Training images, class-balanced. Default all; 10,000 for `shapes`. */
	readonly trainCount?: number;
	/** Held-out images, class-balanced. Default all; 2,000 for `shapes`. */
	readonly testCount?: number;
	/** Takes progress lines for people. */
	readonly report?: (line: string) => void;
}

/** What a data source may look like, for messages and help. */
export const sourceForms = [
	'shapes (built-in pictures)',
	'cifar10:PATH (folder of the CIFAR-10 binary version)',
	'folder:PATH (one sub-folder of JPEG or PNG images a class)',
	'packed:PATH (made by `fewer-labels pack`; the images stay on disk)',
] as const;

function refuseSource(source: string): never {
	let fix = `valid sources: ${sourceForms.join('; ')}`;
	const bare = source.slice(source.indexOf(':') + 1);
	const target = existsSync(source) ? source : bare;
	if (/^shape/iu.test(source)) fix = `did you mean \`shapes\`? ${fix}`;
	else if (target !== '' && existsSync(target)) {
		fix = `did you mean \`${findCifar10(target) ? 'cifar10' : 'folder'}:${target}\`? ${fix}`;
	} else if (/^cifar/iu.test(source)) fix = `did you mean \`cifar10:PATH\`? ${fix}`;
	throw new UsageError(`data source: expected one of the forms below, got "${source}"`, fix);
}

function checkWhole(name: string, value: number | undefined, from: number, to: number): void {
	if (value === undefined || (Number.isInteger(value) && value >= from && value <= to)) return;
	throw new UsageError(
		`data: ${name}: expected a whole number from ${from} to ${to}, got ${value}`,
		'give a number in that range',
	);
}

function loadShapes({
	resolution,
	seed = 1,
	trainCount = 10_000,
	testCount = 2000,
	report,
}: LoadOptions): DataSet {
	if (!isShapesResolution(resolution)) {
		throw new UsageError(
			`shapes: expected a resolution that is a multiple of 16 from 16 to 256, got ${resolution}`,
			'32 and 64 are usual',
		);
	}
	checkWhole('training images of shapes', trainCount, shapesClassCount, 10_000_000);
	checkWhole('held-out images of shapes', testCount, shapesClassCount, 10_000_000);
	report?.(`shapes: drawing ${trainCount} training and ${testCount} held-out pictures`);
	return drawShapes({ resolution, seed, trainCount, testCount });
}

/**
 * Loads a data set into memory: `shapes` (built in), `cifar10:PATH` or `folder:PATH`; of `packed:PATH` only the
 * labels, the images being read when they are asked for.
 *
 * @throws UsageError for an unknown source, bad data, or a resolution that the source does not have
 * @throws EnvironmentError if the images do not fit into memory
 */
export async function loadDataSet(source: string, options: LoadOptions): Promise<DataSet> {
	const { resolution, seed = 1 } = options;
	checkWhole('resolution', resolution, 4, 1024);
	checkWhole('seed', seed, 1, 0x7fff_ffff);
	if (source === 'shapes') return loadShapes(options);
	if (/^packed:./su.test(source)) {
		return openPacked({ ...options, seed, folder: source.slice('packed:'.length) });
	}
	const [, kind, target] = /^(cifar10|folder):(.+)$/su.exec(source) ?? refuseSource(source);
	if (kind === 'folder') return loadImageFolder({ ...options, seed, folder: target });
	if (resolution !== cifarResolution) {
		throw new UsageError(
			`cifar10: the images are ${cifarResolution}×${cifarResolution} and are not resized, got resolution ${resolution}`,
			`use resolution ${cifarResolution}, or folder:PATH with larger images`,
		);
	}
	return loadCifar10({ ...options, seed, folder: target });
}
