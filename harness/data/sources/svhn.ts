import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import type { ByteReader } from '../formats/byte-reader.ts';
import { listMatVariables, type MatVariable } from '../formats/mat-file.ts';
import { readMatVariable, withMatValues } from '../formats/mat-values.ts';
import { damagedFile } from '../formats/read-file.ts';
import { buildSource, type SplitReader } from './build-source.ts';
import type { OpenSourceOptions, PictureSource, SourcePicture, SplitName } from './source.ts';
import { suggestForm } from './suggest-form.ts';

const extent = 32;
const pictureBytes = extent * extent * 3;
const uint8Stored = 2;
const fix = 'give the folder of train_32x32.mat and test_32x32.mat (http://ufldl.stanford.edu/housenumbers)';

async function readVariables(file: string): Promise<{ images: MatVariable; labels: Int32Array }> {
	const variables = await listMatVariables(file);
	const find = (name: string): MatVariable => {
		const found = variables.find(variable => variable.name === name);
		if (found) return found;
		const has = variables.map(variable => variable.name).join(', ') || 'none';
		throw damagedFile(file, undefined, `has no variable '${name}' (its variables: ${has})`, fix);
	};
	const images = find('X');
	const [height, width, channels, count = 1] = images.shape;
	if (images.type !== 'uint8' || height !== extent || width !== extent || channels !== 3) {
		const got = `${images.type} ${images.shape.join('×')}`;
		throw damagedFile(file, images.offset, `expected 'X' to be uint8 32×32×3×N, got ${got}`, fix);
	}
	const digits = await readMatVariable(file, find('y'));
	if (!(digits instanceof Float64Array) || digits.length !== count) {
		const got = digits instanceof Float64Array ? digits.length : 'no';
		throw damagedFile(file, undefined, `has ${got} labels for ${count} images`, fix);
	}
	const odd = digits.findIndex(digit => !Number.isInteger(digit) || digit < 1 || digit > 10);
	if (odd !== -1) {
		throw damagedFile(
			file,
			undefined,
			`image ${odd}: expected a label from 1 to 10, got ${digits[odd]}`,
			fix,
		);
	}
	// The file calls the digit 0 class 10.
	return { images, labels: Int32Array.from(digits, digit => digit % 10) };
}

/** MATLAB's [row, column, channel], the row running fastest, to [height, width, 3]. */
function transpose(stored: Uint8Array): Uint8Array {
	const pixels = new Uint8Array(pictureBytes);
	let target = 0;
	for (let row = 0; row < extent; row++) {
		for (let column = 0; column < extent; column++) {
			for (let channel = 0; channel < 3; channel++) {
				pixels[target++] = stored[row + extent * (column + extent * channel)];
			}
		}
	}
	return pixels;
}

async function openSplit(folder: string, split: SplitName): Promise<SplitReader> {
	const name = `${split}_32x32.mat`;
	const file = path.join(folder, name);
	if (!existsSync(file)) throw new UsageError(`svhn: ${file} is missing`, suggestForm(folder, fix));
	const { images, labels } = await readVariables(file);
	const count = labels.length;

	async function* take(
		reader: ByteReader,
		storedType: number,
		positions: Iterable<number>,
	): AsyncGenerator<SourcePicture> {
		if (storedType !== uint8Stored) {
			throw damagedFile(file, images.offset, `stores 'X' as type ${storedType}, expected bytes`, fix);
		}
		const start = reader.position;
		let following = 0;
		for (const position of positions) {
			if (position >= count) return;
			await reader.skip((position - following) * pictureBytes);
			const pixels = transpose(await reader.take(pictureBytes));
			following = position + 1;
			yield {
				position,
				key: `${split}#${position}`,
				label: labels[position],
				content: { kind: 'pixels', pixels, height: extent, width: extent },
				file,
				offset: start + position * pictureBytes,
			};
		}
	}
	return {
		count,
		labels: async () => Int32Array.from(labels),
		files: async () => [{ name, bytes: statSync(file).size }],
		read: positions => withMatValues(file, images, (reader, type) => take(reader, type, positions)),
	};
}

/**
 * Opens the cropped digits of SVHN (format 2): train_32x32.mat and test_32x32.mat; extra_32x32.mat is left out.
 * Label 10 becomes class 0. Pixels are decompressed as they are read.
 *
 * @throws UsageError if a file is missing, is no MATLAB file of level 5, is damaged or truncated, or its labels
 * are not those of its images
 */
export async function openSvhn(target: string, options: OpenSourceOptions): Promise<PictureSource> {
	const folder = path.resolve(target);
	return buildSource(
		{
			kind: 'svhn',
			target,
			name: 'svhn',
			recipe: 'SVHN cropped digits, 32×32, label 10 as class 0',
			classNames: Array.from({ length: 10 }, (_, digit) => String(digit)),
			size: { height: extent, width: extent },
			train: await openSplit(folder, 'train'),
			test: await openSplit(folder, 'test'),
		},
		options,
	);
}
