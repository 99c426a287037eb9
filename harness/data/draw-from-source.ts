import { createStream } from '../tensor/random.ts';
import { groupByClass } from './balanced-subset.ts';
import { createDecoder, type Decoder } from './decoding/decoder.ts';
import { sharedDecoderBinding } from './decoding/decoder-binding.ts';
import { loadDataSet } from './load.ts';
import { preparePictures } from './packed/prepare-pictures.ts';
import { findRecipe } from './preparation/recipes.ts';
import { openSource, type SourcePicture, type SplitName } from './sources/source.ts';

export interface DrawOptions {
	readonly split: SplitName;
	/** Images; fewer if there are not so many. */
	readonly count: number;
	/** Width and height in pixels. */
	readonly resolution: number;
	/** Recipe of sources that are not packed. */
	readonly recipe: string;
	/** Seed of the choice, in [1, 2^31 - 1]. */
	readonly seed: number;
}

export interface DrawnImages {
	/** uint8 RGB, NHWC. */
	readonly pixels: Uint8Array;
	/** Class of each. */
	readonly captions: readonly string[];
}

/** Random images, as many of each class as can be, class by class; −1 labels are a class of their own. */
function choose(labels: Int32Array, classes: number, count: number, seed: number): Uint32Array {
	const shifted = labels.map(label => (label < 0 ? classes : label));
	const groups = groupByClass(shifted, classes + 1).map((group, label) => {
		const order = createStream(seed, 'contact-sheet', label).permutation(group.length);
		return Array.from(order, position => group[position]);
	});
	const chosen = groups.map(() => [] as number[]);
	const wanted = Math.min(count, labels.length);
	for (let round = 0, taken = 0; taken < wanted; round++) {
		for (const [label, group] of groups.entries()) {
			if (round >= group.length || taken === wanted) continue;
			chosen[label].push(group[round]);
			taken += 1;
		}
	}
	return Uint32Array.from(chosen.flat());
}

/**
 * Some images of a data source as a training gets them, for people to look at. Of sources that are not packed, only
 * those pictures are read.
 *
 * @throws UsageError for a bad source or a picture that cannot be read
 */
export async function drawFromSource(text: string, options: DrawOptions): Promise<DrawnImages> {
	const { split, count, resolution, seed } = options;
	if (text === 'shapes' || text.startsWith('packed:')) {
		const dataSet = await loadDataSet(text, { resolution });
		const { labels } = dataSet[split];
		const { classNames } = dataSet;
		const indices = choose(labels, classNames.length, count, seed);
		return {
			pixels: dataSet[split].read(indices),
			captions: Array.from(indices, index => classNames[labels[index]]),
		};
	}
	const recipe = findRecipe(options.recipe);
	const source = await openSource(text, { acceptLabels: true });
	let decoder: Decoder | undefined;
	try {
		const labels = await source.labels(split);
		const indices = choose(labels, source.classNames.length, count, seed);
		const pictures = new Map<number, SourcePicture>();
		for await (const picture of source.pictures(split, { positions: indices.slice().sort() })) {
			pictures.set(picture.position, picture);
		}
		const lazy: Decoder = {
			prepare(requests) {
				if (requests.length === 0) return [];
				decoder ??= createDecoder({
					binding: sharedDecoderBinding(),
					...{ resolution, resize: recipe.resize, form: 'bytes' },
				});
				return decoder.prepare(requests);
			},
			close: () => decoder?.close(),
		};
		const shown = Array.from(indices, index => pictures.get(index)).filter(picture => picture !== undefined);
		const prepared = await preparePictures(shown, {
			...{ decoder: lazy, recipe, resolution, split, form: 'pixels', seed },
		});
		const pixels = new Uint8Array(shown.length * resolution * resolution * 3);
		const captions = shown.map(({ label, key }, image) => {
			const result = prepared[image];
			// A picture that cannot be read stays black, under its own name.
			if (result instanceof Error) return `✗ ${key}`;
			pixels.set(result.bytes, image * resolution * resolution * 3);
			return label === null || label < 0 ? 'no label' : source.classNames[label];
		});
		return { pixels, captions };
	} finally {
		decoder?.close();
		await source.close();
	}
}
