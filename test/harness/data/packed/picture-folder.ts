import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { createStream } from '../../../../harness/tensor/random.ts';

export interface PictureFolder {
	readonly folder: string;
	/** Training pictures of each class; a quarter of them, at least 2, are held out. Default 8. */
	readonly perClass?: number;
	/** Default `a`, `b`, `c`. */
	readonly classes?: readonly string[];
}

/** Smooth noise of a size and class of its own: another picture for every number. */
async function drawJpeg(number: number, label: number): Promise<Buffer> {
	const stream = createStream(7, 'picture', number);
	const [height, width] = [24 + stream.integer(40), 24 + stream.integer(40)];
	const seeds = Uint8Array.from({ length: 6 * 6 * 3 }, (_, index) =>
		index % 3 === label % 3 ? 200 + stream.integer(56) : stream.integer(256),
	);
	return sharp(seeds, { raw: { height: 6, width: 6, channels: 3 } })
		.resize(width, height, { fit: 'fill' })
		.jpeg({ quality: 90 })
		.toBuffer();
}

/** Writes train/CLASS/NUMBER.jpg and val/CLASS/NUMBER.jpg. */
export async function writePictureFolder(options: PictureFolder): Promise<void> {
	const { folder, perClass = 8, classes = ['a', 'b', 'c'] } = options;
	let number = 0;
	for (const [split, count] of [
		['train', perClass],
		['val', Math.max(2, perClass >> 2)],
	] as const) {
		for (const [label, name] of classes.entries()) {
			const target = path.join(folder, split, name);
			mkdirSync(target, { recursive: true });
			for (let picture = 0; picture < count; picture++) {
				const file = path.join(target, `${String(picture).padStart(3, '0')}.jpg`);
				writeFileSync(file, await drawJpeg(number++, label));
			}
		}
	}
}
