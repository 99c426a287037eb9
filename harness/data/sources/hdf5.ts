import { statSync } from 'node:fs';
import path from 'node:path';
import type { Dataset, File } from 'h5wasm';
import { UsageError } from '../../errors.ts';
import { damagedFile, openForReading } from '../formats/read-file.ts';
import { buildSource, type SplitReader } from './build-source.ts';
import { interleavePlanes } from './planes.ts';
import { splitOutsideBraces } from './shard-pattern.ts';
import type { OpenSourceOptions, PictureSource, SourcePicture, SplitName } from './source.ts';

/** Bytes of pictures read at once, unless one chunk of the file is larger. */
const sliceBytes = 8 * 2 ** 20;
const fix =
	'give the file that BigGAN-PyTorch’s make_hdf5.py writes: `imgs` uint8 [N, 3, H, W] and `labels` int64 [N]';

interface OpenFile {
	readonly images: Dataset;
	readonly labels: Dataset;
	close(): void;
}

async function openFile(file: string): Promise<OpenFile> {
	await (await openForReading(file)).close();
	const { File: Hdf5File, ready } = await import('h5wasm/node');
	// Otherwise it prints the library's own trace and goes on with a file that is none.
	(await ready).activate_throwing_error_handler();
	let opened: File;
	try {
		opened = new Hdf5File(file, 'r');
	} catch (error) {
		throw damagedFile(file, undefined, 'this is no HDF5 file, or it is truncated', fix, error);
	}
	try {
		const find = (name: string): Dataset => {
			const found = opened.keys().includes(name) ? opened.get(name) : null;
			if (found && 'slice' in found) return found as Dataset;
			const has = opened.keys().join(', ') || 'nothing';
			throw damagedFile(file, undefined, `has no dataset '${name}' (it has ${has})`, fix);
		};
		return { images: find('imgs'), labels: find('labels'), close: () => opened.close() };
	} catch (error) {
		opened.close();
		throw error;
	}
}

interface Described {
	readonly count: number;
	/** In pixels. */
	readonly height: number;
	/** In pixels. */
	readonly width: number;
	readonly labels: Int32Array;
	/** Pictures read at once: whole chunks of the file, which are decompressed at once anyway. */
	readonly step: number;
}

async function describe(file: string): Promise<Described> {
	const { images, labels, close } = await openFile(file);
	try {
		const [count, channels, height, width] = images.shape ?? [];
		if (images.shape?.length !== 4 || channels !== 3 || images.dtype !== '<B') {
			const got = `${images.dtype} [${images.shape?.join(', ')}]`;
			throw damagedFile(file, undefined, `expected 'imgs' to be uint8 [N, 3, H, W], got ${got}`, fix);
		}
		const stored = labels.value;
		if (!ArrayBuffer.isView(stored) || !('length' in stored) || stored.length !== count) {
			const got = ArrayBuffer.isView(stored) && 'length' in stored ? stored.length : 'no';
			throw damagedFile(file, undefined, `has ${got} labels for ${count} images`, fix);
		}
		const chunk = images.metadata.chunks?.[0] ?? 1;
		const wanted = Math.max(1, Math.floor(sliceBytes / (3 * height * width)));
		return {
			count,
			height,
			width,
			labels: Int32Array.from(stored as unknown as ArrayLike<bigint>, Number),
			step: Math.max(1, Math.floor(wanted / chunk)) * chunk,
		};
	} finally {
		close();
	}
}

function splitReader(file: string, split: SplitName, described: Described): SplitReader {
	const { count, height, width, labels, step } = described;
	const pictureBytes = 3 * height * width;
	return {
		count,
		labels: async () => Int32Array.from(labels),
		files: async () => [{ name: path.basename(file), bytes: statSync(file).size }],
		async *read(positions): AsyncGenerator<SourcePicture> {
			const { images, close } = await openFile(file);
			try {
				let first = -1;
				let slice = new Uint8Array();
				for (const position of positions) {
					if (position >= count) return;
					const start = Math.floor(position / step) * step;
					if (start !== first) {
						const end = Math.min(count, start + step);
						try {
							slice = images.slice([[start, end]]) as Uint8Array<ArrayBuffer>;
						} catch (error) {
							const problem = `images ${start} to ${end - 1} cannot be read: ${(error as Error).message}`;
							throw damagedFile(file, undefined, problem, fix, error);
						}
						first = start;
					}
					const at = (position - start) * pictureBytes;
					const pixels = interleavePlanes(slice.subarray(at, at + pictureBytes), height * width);
					yield {
						position,
						key: `${split}#${position}`,
						label: labels[position],
						content: { kind: 'pixels', pixels, height, width },
						file,
						offset: position * pictureBytes,
					};
				}
			} finally {
				close();
			}
		},
	};
}

/**
 * Opens the HDF5 files of BigGAN-PyTorch: pictures as planes and their labels, one file a split. Read in slices of
 * about 8 MiB. Offsets count in the pictures' own bytes, as the file may be compressed.
 *
 * @param target the training file, and after a comma the held-out one if there is one
 * @throws UsageError if a file is missing, is no HDF5 file or a truncated one, or lacks what it should hold
 */
export async function openHdf5(target: string, options: OpenSourceOptions): Promise<PictureSource> {
	const files = splitOutsideBraces(target).map(file => path.resolve(file));
	if (files.length > 2) {
		throw new UsageError(`hdf5: ${target}: expected at most two files, got ${files.length}`, fix);
	}
	const [train, test] = await Promise.all(files.map(file => describe(file)));
	const { height, width } = train;
	if (test && (test.height !== height || test.width !== width)) {
		throw new UsageError(
			`hdf5: ${files[0]} has images of ${height}×${width}, ${files[1]} of ${test.height}×${test.width}`,
			'give two files of one resolution',
		);
	}
	const classes = train.labels.reduce((largest, label) => Math.max(largest, label), -1) + 1;
	return buildSource(
		{
			kind: 'hdf5',
			target,
			name: path.basename(files[0]).replace(/\.[^.]+$/u, ''),
			recipe: `HDF5 of BigGAN-PyTorch, ${height}×${width}`,
			classNames: Array.from({ length: classes }, (_, label) => String(label)),
			size: { height, width },
			train: splitReader(files[0], 'train', train),
			test: test ? splitReader(files[1], 'test', test) : null,
		},
		options,
	);
}
