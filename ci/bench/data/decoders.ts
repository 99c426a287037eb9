// How far decoders differ on the same JPEG files: TensorFlow with its default transform (what compare_gan's pictures
// went through), TensorFlow with the accurate one, sharp, Pillow, and what the recipe s3gan-reduced makes of them. From
// the repository root:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/data/decoders.ts FOLDER [--python python3] \
//     [--pictures 50]
//
// Prints, for each pair with TensorFlow's default, the part of the bytes that differ, the mean and the largest
// difference of a byte, and the same after the authors' preparation at 128 × 128.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createDecoder } from '../../../harness/data/decoding/decoder.ts';
import { sharedDecoderBinding } from '../../../harness/data/decoding/decoder-binding.ts';
import { readJpegSize } from '../../../harness/data/decoding/jpeg-size.ts';
import { decodeWithSharp } from '../../../harness/data/packed/decode-fallback.ts';
import { cropStream } from '../../../harness/data/preparation/crop-stream.ts';
import { prepareRaster } from '../../../harness/data/preparation/prepare-raster.ts';
import type { Raster } from '../../../harness/data/preparation/resize-bilinear.ts';
import { drawDistortedSquare } from '../../../harness/data/preparation/window.ts';
import { listPictures } from '../../../harness/metrics/sources/picture-folder.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: { python: { type: 'string', default: 'python3' }, pictures: { type: 'string', default: '50' } },
});
const files = listPictures(positionals[0])
	.pictures.filter(file => readJpegSize(readFileSync(file))?.components === 3)
	.slice(0, Number(values.pictures));
const script = fileURLToPath(new URL('./decoders.py', import.meta.url));
const output = execFileSync(values.python, [script, ...files], { maxBuffer: 2 ** 31 - 1 });
const byPillow: Raster[] = [];
for (let offset = 0; offset < output.length; ) {
	const [height, width] = [output.readUInt32LE(offset), output.readUInt32LE(offset + 4)];
	const length = height * width * 3;
	byPillow.push({ height, width, pixels: output.subarray(offset + 8, offset + 8 + length) });
	offset += 8 + length;
}
function byTensorFlow(bytes: Uint8Array, transform: string): Raster {
	const decoded = tf.node.decodeJpeg(bytes, 3, 1, true, false, 1, transform);
	const [height, width] = decoded.shape;
	const pixels = Uint8Array.from(decoded.dataSync());
	decoded.dispose();
	return { height, width, pixels };
}

class Differences {
	private count = 0;
	private different = 0;
	private sum = 0;
	private largest = 0;
	add(first: ArrayLike<number>, second: ArrayLike<number>): void {
		for (let index = 0; index < first.length; index++) {
			const difference = Math.abs(first[index] - second[index]);
			this.count += 1;
			if (difference === 0) continue;
			this.different += 1;
			this.sum += difference;
			this.largest = Math.max(this.largest, difference);
		}
	}
	summary() {
		return {
			differPercent: Number(((100 * this.different) / this.count).toFixed(2)),
			mean: Number((this.sum / this.count).toFixed(4)),
			largest: this.largest,
		};
	}
}
const others = ['TensorFlow, accurate transform', 'sharp', 'Pillow'] as const;
const decoded = new Map(others.map(name => [name, new Differences()]));
const prepared = new Map(others.map(name => [name, new Differences()]));
for (const [index, file] of files.entries()) {
	const bytes = new Uint8Array(readFileSync(file));
	const reference = byTensorFlow(bytes, '');
	const window = drawDistortedSquare(reference.height, reference.width, cropStream(1, 'bench', 0, index));
	const prepare = (picture: Raster) =>
		prepareRaster(picture, window, { resolution: 128, resize: 'bilinear-legacy', form: 'bytes' });
	const rasters = [byTensorFlow(bytes, 'INTEGER_ACCURATE'), await decodeWithSharp(bytes), byPillow[index]];
	for (const [at, name] of others.entries()) {
		decoded.get(name)!.add(reference.pixels, rasters[at].pixels);
		prepared.get(name)!.add(prepare(reference), prepare(rasters[at]));
	}
}
const [exact, reduced] = [false, true].map(reduce => {
	const decoder = createDecoder({
		binding: sharedDecoderBinding(),
		...{ resolution: 128, resize: 'bilinear-legacy', form: 'bytes' },
	});
	const results = decoder.prepare(
		files.map((file, index) => ({
			bytes: new Uint8Array(readFileSync(file)),
			reduce,
			choose: (height, width) => drawDistortedSquare(height, width, cropStream(1, 'bench', 0, index)),
		})),
	);
	decoder.close();
	return results as Uint8Array[];
});
const byReduction = new Differences();
for (const [index, pixels] of exact.entries()) byReduction.add(pixels, reduced[index]);
const reducedSummary = { against: 'recipe s3gan-reduced', prepared: byReduction.summary() };
const summaries = others.map(name => ({
	against: name,
	decoded: decoded.get(name)!.summary(),
	prepared: prepared.get(name)!.summary(),
}));
process.stdout.write(
	`${JSON.stringify({ pictures: files.length, summaries: [...summaries, reducedSummary] }, undefined, '\t')}\n`,
);
