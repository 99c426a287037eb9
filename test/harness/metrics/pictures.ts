import type { DataSet, MemorySplit } from '../../../harness/data/data-set.ts';
import { memorySplit } from '../../../harness/data/memory-split.ts';
import { createStream } from '../../../harness/tensor/random.ts';

export const pictureResolution = 16;

/** Stripes across, stripes down, or a checkerboard, at random phase and contrast over noise: three classes. */
export function drawPictures(count: number, name: string): MemorySplit {
	const stream = createStream(5, 'test-pictures', name);
	const pixels = new Uint8Array(count * pictureResolution ** 2 * 3);
	const labels = Int32Array.from({ length: count }, (_, image) => image % 3);
	let target = 0;
	for (const label of labels) {
		const [phaseX, phaseY] = [stream.integer(4), stream.integer(4)];
		const contrast = 40 + 60 * stream.uniform();
		for (let y = 0; y < pictureResolution; y++) {
			for (let x = 0; x < pictureResolution; x++) {
				const across = Math.floor((y + phaseY) / 2) % 2;
				const down = Math.floor((x + phaseX) / 2) % 2;
				const pattern = [across, down, across ^ down][label];
				for (let channel = 0; channel < 3; channel++) {
					pixels[target++] = 110 + contrast * (pattern - 0.5) + 30 * stream.uniform();
				}
			}
		}
	}
	return memorySplit(pixels, labels);
}

export const pictures: DataSet<MemorySplit> = {
	name: 'test-pictures',
	digest: 'd'.repeat(64),
	recipe: 'drawn for this test',
	resolution: pictureResolution,
	classNames: ['across', 'down', 'checkerboard'],
	train: drawPictures(300, 'train'),
	test: drawPictures(120, 'test'),
};
