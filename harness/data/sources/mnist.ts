import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { openBytes } from '../formats/byte-reader.ts';
import { damagedFile } from '../formats/read-file.ts';
import { buildSource, type SplitReader } from './build-source.ts';
import type { OpenSourceOptions, PictureSource, SourcePicture, SplitName } from './source.ts';
import { suggestForm } from './suggest-form.ts';

export interface OpenMnistOptions extends OpenSourceOptions {
	readonly kind: 'mnist' | 'fashion-mnist';
}

const classNames = {
	mnist: Array.from({ length: 10 }, (_, digit) => String(digit)),
	'fashion-mnist': [
		...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
		...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
	],
} as const;

const fileStarts = { train: 'train', test: 't10k' } as const;
const imagesMagic = 0x0803;
const labelsMagic = 0x0801;
const imagesHeaderBytes = 16;
const labelsHeaderBytes = 8;
/** The pictures' own extent, and the one they are given with two black pixels on each side. */
const storedExtent = 28;
const paddedExtent = 32;
const fix =
	'give the folder of train-images-idx3-ubyte, train-labels-idx1-ubyte and the t10k- files, also as .gz';

function findFile(kind: string, folder: string, split: SplitName, what: 'images' | 'labels'): string {
	const end = what === 'images' ? 'idx3-ubyte' : 'idx1-ubyte';
	const start = `${fileStarts[split]}-${what}`;
	const names = [`${start}-${end}`, `${start}.${end}`].flatMap(name => [name, `${name}.gz`]);
	// The official archives unpack next to, or into, a folder that TorchVision calls raw/.
	const folders = [folder, path.join(folder, 'raw')];
	const file = folders
		.flatMap(inner => names.map(name => path.join(inner, name)))
		.find(candidate => existsSync(candidate));
	if (file) return file;
	throw new UsageError(
		`${kind}: ${path.join(folder, names[0])} is missing (also .gz)`,
		suggestForm(folder, fix),
	);
}

async function readLabels(file: string): Promise<Int32Array> {
	const reader = await openBytes(file);
	try {
		const header = await reader.take(labelsHeaderBytes);
		if (header.readUInt32BE(0) !== labelsMagic) {
			throw damagedFile(file, 0, 'this is no idx file of labels (it should start with 00 00 08 01)');
		}
		return Int32Array.from(await reader.take(header.readUInt32BE(4)));
	} finally {
		await reader.close();
	}
}

/** Number of pictures that the file states. */
async function readCount(file: string): Promise<number> {
	const reader = await openBytes(file);
	try {
		const header = await reader.take(imagesHeaderBytes);
		if (header.readUInt32BE(0) !== imagesMagic) {
			throw damagedFile(file, 0, 'this is no idx file of images (it should start with 00 00 08 03)');
		}
		const [height, width] = [header.readUInt32BE(8), header.readUInt32BE(12)];
		if (height !== storedExtent || width !== storedExtent) {
			throw damagedFile(file, 8, `expected images of 28×28, got ${height}×${width}`);
		}
		return header.readUInt32BE(4);
	} finally {
		await reader.close();
	}
}

/** Grey [28, 28] to RGB [32, 32, 3] with a black margin of two pixels. */
function padToRgb(grey: Uint8Array): Uint8Array {
	const pixels = new Uint8Array(paddedExtent * paddedExtent * 3);
	const margin = (paddedExtent - storedExtent) / 2;
	for (let row = 0; row < storedExtent; row++) {
		let target = ((row + margin) * paddedExtent + margin) * 3;
		for (let column = 0; column < storedExtent; column++) {
			pixels.fill(grey[row * storedExtent + column], target, target + 3);
			target += 3;
		}
	}
	return pixels;
}

async function openSplit(kind: string, folder: string, split: SplitName): Promise<SplitReader> {
	const file = findFile(kind, folder, split, 'images');
	const labelsFile = findFile(kind, folder, split, 'labels');
	const labels = await readLabels(labelsFile);
	const count = await readCount(file);
	if (labels.length !== count) {
		throw new UsageError(
			`${labelsFile}: has ${labels.length} labels for the ${count} images of ${file}`,
			fix,
		);
	}
	const imageBytes = storedExtent ** 2;
	return {
		count,
		labels: async () => Int32Array.from(labels),
		files: async () =>
			[file, labelsFile].map(name => ({ name: path.basename(name), bytes: statSync(name).size })),
		async *read(positions): AsyncGenerator<SourcePicture> {
			const reader = await openBytes(file);
			try {
				await reader.skip(imagesHeaderBytes);
				let following = 0;
				for (const position of positions) {
					if (position >= count) return;
					await reader.skip((position - following) * imageBytes);
					const offset = reader.position;
					const pixels = padToRgb(await reader.take(imageBytes));
					following = position + 1;
					yield {
						position,
						key: `${fileStarts[split]}#${position}`,
						label: labels[position],
						content: { kind: 'pixels', pixels, height: paddedExtent, width: paddedExtent },
						file,
						offset,
					};
				}
			} finally {
				await reader.close();
			}
		},
	};
}

/**
 * Opens MNIST or Fashion-MNIST, which have files of the same names: idx files, also gzipped. Grey becomes RGB, and
 * the 28×28 pixels stay what they are in the middle of 32×32 black ones, the size that networks of powers of two
 * take; another resolution is made from those.
 *
 * @throws UsageError if a file is missing, of another kind, or truncated (with the offset, unpacked), or there are
 * more or fewer labels than images
 */
export async function openMnist(target: string, options: OpenMnistOptions): Promise<PictureSource> {
	const { kind } = options;
	const folder = path.resolve(target);
	return buildSource(
		{
			kind,
			target,
			name: kind,
			recipe: `${kind === 'mnist' ? 'MNIST' : 'Fashion-MNIST'} idx, grey to RGB, 28×28 amid 32×32 black pixels`,
			classNames: classNames[kind],
			size: { height: paddedExtent, width: paddedExtent },
			train: await openSplit(kind, folder, 'train'),
			test: await openSplit(kind, folder, 'test'),
		},
		options,
	);
}
