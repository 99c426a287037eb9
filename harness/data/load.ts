import { UsageError } from '../errors.ts';
import { cifarResolution, findCifar10, loadCifar10 } from './cifar10.ts';
import type { DataSet } from './data-set.ts';
import { loadImageFolder } from './image-folder.ts';
import { loadSource } from './load-source.ts';
import { openPacked } from './packed/open-packed.ts';
import { drawShapes, isShapesResolution, shapesClassCount } from './shapes/shapes.ts';
import { forms, listForms, sourceForms } from './sources/source-forms.ts';
import { suggestKind } from './sources/suggest-form.ts';

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

export { sourceForms };

const kinds = new Set(forms.map(({ kind }) => kind));

function refuseSource(source: string): never {
	throw new UsageError(
		`data source: expected one of the forms below, got "${source}"`,
		suggestKind(source, listForms(sourceForms)),
	);
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
 * Loads a data set of any of `sourceForms` into memory; of `packed:PATH` only the labels, the images being read when
 * they are asked for.
 *
 * @throws UsageError for an unknown source, bad data, or a resolution that the source does not have
 * @throws EnvironmentError if the images do not fit into memory
 */
export async function loadDataSet(source: string, options: LoadOptions): Promise<DataSet> {
	const { resolution, seed = 1 } = options;
	checkWhole('resolution', resolution, 4, 1024);
	checkWhole('seed', seed, 1, 0x7fff_ffff);
	if (source === 'shapes') return loadShapes(options);
	const [, kind = '', target = ''] = /^([a-z0-9-]+):(.+)$/su.exec(source) ?? [];
	if (!kinds.has(kind) || kind === 'shapes') refuseSource(source);
	if (kind === 'packed') return openPacked({ ...options, seed, folder: target });
	if (kind === 'folder') return loadImageFolder({ ...options, seed, folder: target });
	if (kind === 'cifar10') {
		if (resolution !== cifarResolution) {
			throw new UsageError(
				`cifar10: the images are ${cifarResolution}×${cifarResolution} and are not resized, got resolution ${resolution}`,
				`use resolution ${cifarResolution}, or folder:DIR with larger images`,
			);
		}
		if (findCifar10(target)) return loadCifar10({ ...options, seed, folder: target });
	}
	return loadSource({ ...options, seed, source });
}
