import { EnvironmentError, UsageError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';
import { groupByClass, selectBalanced } from './balanced-subset.ts';
import type { DataSet, MemorySplit } from './data-set.ts';
import { decoding } from './decode-image.ts';
import { decodePicture, decodingProblem, otherDecoding, resizeRaster } from './decode-picture.ts';
import { digestDataSet } from './digest.ts';
import { memorySplit } from './memory-split.ts';
import { allocatePixels } from './pixel-memory.ts';
import { openSource, type PictureSource, type SourcePicture, type SplitName } from './sources/source.ts';

export interface LoadSourceOptions {
	/** See `openSource`. */
	readonly source: string;
	/** Width and height in pixels. */
	readonly resolution: number;
	/** Seed of the held-out tenth and of the subsets, in [1, 2^31 - 1]. */
	readonly seed: number;
	/** Training images, a class-balanced random subset; all by default. */
	readonly trainCount?: number;
	/** Held-out images, a class-balanced random subset; all by default. */
	readonly testCount?: number;
	/** Takes progress lines for people. */
	readonly report?: (line: string) => void;
}

const progressEveryMs = 5000;
const resizing =
	'centre square, bilinear without antialiasing (TensorFlow 1 corner rule), rounded half up to bytes';

/** Pictures of a data set's split: which of which split of the source. */
interface Chosen {
	readonly from: SplitName;
	/** Ascending. */
	readonly positions: Uint32Array;
	readonly labels: Int32Array;
}

/** The splits; where the source has one alone, a tenth of each class is held out at random by the seed. */
async function splitPictures(
	source: PictureSource,
	seed: number,
): Promise<{ train: Chosen; test: Chosen; rule: string }> {
	const labelsOf = async (split: SplitName): Promise<Int32Array> => {
		const labels = await source.labels(split);
		const unlabelled = labels.indexOf(-1);
		if (unlabelled === -1) return labels;
		throw new UsageError(
			`${source.form}: ${split} picture ${unlabelled} has no label`,
			'use a source whose pictures all have labels; a run hides those that its method may not see',
		);
	};
	const everything = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, index) => index);
	const labels = await labelsOf('train');
	if (source.splits.test) {
		const testLabels = await labelsOf('test');
		return {
			train: { from: 'train', labels, positions: everything(labels.length) },
			test: { from: 'test', labels: testLabels, positions: everything(testLabels.length) },
			rule: 'splits as given',
		};
	}
	const heldOut = new Set<number>();
	for (const [label, group] of groupByClass(labels, source.classNames.length).entries()) {
		const order = createStream(seed, 'source-split', source.classNames[label]).permutation(group.length);
		const count = Math.max(1, Math.round(group.length * 0.1));
		if (group.length < 2) {
			throw new UsageError(
				`${source.form}: class ${source.classNames[label]} has ${group.length} picture(s); at least 2 are needed to hold one out`,
				'use a source with a held-out split',
			);
		}
		for (const place of order.subarray(0, count)) heldOut.add(group[place]);
	}
	const part = (isHeldOut: boolean): Chosen => ({
		from: 'train',
		labels,
		positions: everything(labels.length).filter(position => heldOut.has(position) === isHeldOut),
	});
	return {
		train: part(false),
		test: part(true),
		rule: `10 % of each class held out, seed ${seed}`,
	};
}

async function decode(
	{ content, file, offset, key }: SourcePicture,
	resolution: number,
): Promise<{ pixels: Uint8Array; bySharp: boolean }> {
	if (content.kind === 'pixels') return { pixels: resizeRaster(content, resolution), bySharp: false };
	try {
		return await decodePicture(content.bytes, resolution);
	} catch (error) {
		if (error instanceof EnvironmentError) throw error;
		throw new UsageError(
			`${file}:${offset > 0 ? ` at byte ${offset}:` : ''} picture ${key} cannot be read as an image: ${decodingProblem(error)}`,
			'replace or remove the picture',
			error,
		);
	}
}

/**
 * Loads any source that is read picture by picture into memory, its pictures as centre squares of the resolution.
 * Only the pictures of the chosen subset are decoded.
 *
 * @throws UsageError as `openSource`, for pictures without labels, and for one that does not decode, naming it
 * @throws EnvironmentError if the pixels do not fit into memory
 */
export async function loadSource(options: LoadSourceOptions): Promise<DataSet<MemorySplit>> {
	const { resolution, seed, report } = options;
	const source = await openSource(options.source, { report });
	try {
		const { height, width } = source.size ?? {};
		const unchanged = height === resolution && width === resolution;
		const how = source.size ? (unchanged ? 'no resize' : resizing) : decoding;
		const { train, test, rule } = await splitPictures(source, seed);
		const parts = [source.recipe, `${how}, ${resolution}×${resolution}`, rule];

		const load = async (
			name: SplitName,
			{ from, positions, labels }: Chosen,
			wanted: number | undefined,
		): Promise<MemorySplit> => {
			let chosen = positions;
			if (wanted === undefined) parts.push(`${name} all ${positions.length}`);
			else {
				const own = Int32Array.from(positions, position => labels[position]);
				const stream = createStream(seed, 'data-subset', name);
				const places = selectBalanced(own, source.classNames.length, wanted, stream, name);
				chosen = Uint32Array.from(places, place => positions[place]);
				parts.push(`${name} ${wanted} of ${positions.length}, class-balanced, seed ${seed}`);
			}
			const pixels = allocatePixels(chosen.length, resolution);
			const names: string[] = [];
			let done = 0;
			let bySharpCount = 0;
			let reportedAt = performance.now();
			for await (const picture of source.pictures(from, { positions: chosen })) {
				const { pixels: bytes, bySharp } = await decode(picture, resolution);
				pixels.set(bytes, done * resolution * resolution * 3);
				names.push(picture.key);
				if (bySharp) bySharpCount++;
				done++;
				if (performance.now() - reportedAt > progressEveryMs) {
					reportedAt = performance.now();
					report?.(`${source.name}: ${name}: ${done} of ${chosen.length} pictures`);
				}
			}
			if (bySharpCount > 0) parts.push(`${bySharpCount} of ${name} ${otherDecoding}`);
			report?.(`${source.name}: ${name}: ${done} pictures`);
			return memorySplit(
				pixels,
				Int32Array.from(chosen, position => labels[position]),
				names,
			);
		};
		const loaded = {
			train: await load('train', train, options.trainCount),
			test: await load('test', test, options.testCount),
		};
		const content = { recipe: parts.join('; '), resolution, classNames: source.classNames, ...loaded };
		const name = unchanged ? source.name : `${source.name}-${resolution}`;
		return { name, digest: digestDataSet(content), ...content };
	} finally {
		await source.close();
	}
}
