import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { damagedFile, openForReading, problemOf, readUpTo } from '../formats/read-file.ts';
import type { SplitReader } from './build-source.ts';
import { readAhead } from './read-ahead.ts';
import type { DamagedPicture, SourcePicture } from './source.ts';

/** Where one encoded picture lies. */
export interface IndexedPicture {
	readonly key: string;
	readonly label: number | null;
	readonly file: string;
	/** Of the picture's first byte in the file. */
	readonly offset: number;
	/** In bytes; undefined if the picture is the whole file. */
	readonly size?: number;
}

/** Pictures by their position: an array, or something that makes them when they are asked for. */
export interface PictureIndex {
	readonly length: number;
	at(position: number): IndexedPicture | undefined;
}

/** All of an index in order. */
export function* indexedPictures(pictures: PictureIndex): Generator<IndexedPicture> {
	for (let position = 0; position < pictures.length; position++)
		yield pictures.at(position) as IndexedPicture;
}

async function readContent({ file, offset, size }: IndexedPicture): Promise<Buffer | string> {
	if (size === 0) return 'the picture has 0 bytes';
	if (size === undefined) {
		try {
			const bytes = await readFile(file);
			return bytes.length > 0 ? bytes : 'the file is empty';
		} catch (error) {
			return problemOf(error);
		}
	}
	const handle = await openForReading(file);
	try {
		const bytes = await readUpTo(handle, file, offset, size);
		if (bytes.length === size) return bytes;
	} finally {
		await handle.close();
	}
	throw damagedFile(file, offset, 'the file has become shorter since it was opened');
}

async function readPicture(
	picture: IndexedPicture,
	position: number,
): Promise<SourcePicture | DamagedPicture> {
	const { key, label, file, offset } = picture;
	const found = await readContent(picture);
	if (typeof found === 'string') return { position, key, file, offset, problem: found };
	return { position, key, label, content: { kind: 'encoded', bytes: found }, file, offset };
}

/**
 * A split of encoded pictures whose places are known: any of them is read by itself.
 *
 * @param root folder that file names are relative to
 */
export function indexedSplit(pictures: PictureIndex, root: string): SplitReader {
	function* within(positions: Iterable<number>): Generator<number> {
		for (const position of positions) {
			if (position >= pictures.length) return;
			yield position;
		}
	}
	return {
		count: pictures.length,
		async labels() {
			const labels = new Int32Array(pictures.length);
			let position = 0;
			for (const { label } of indexedPictures(pictures)) labels[position++] = label ?? -1;
			return labels;
		},
		read: positions =>
			readAhead(within(positions), position =>
				readPicture(pictures.at(position) as IndexedPicture, position),
			),
		async *files() {
			const archives = new Set<string>();
			for (const { file, size } of indexedPictures(pictures)) {
				if (archives.has(file)) continue;
				// A picture that is its whole file is the only one in it.
				if (size !== undefined) archives.add(file);
				const found = await stat(file).catch(() => undefined);
				yield { name: path.relative(root, file), bytes: found?.size ?? 0 };
			}
		},
	};
}
