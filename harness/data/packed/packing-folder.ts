import { existsSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError, UsageError } from '../../errors.ts';
import type { PictureSource, SplitName } from '../sources/source.ts';
import {
	indexFile,
	lockFile,
	type PackedForm,
	type PackedIndex,
	type Packing,
	packingFile,
	packingSchema,
} from './format.ts';
import { readIndex } from './read-records.ts';

/** Room for records and index beside the shards: bytes an image. */
const recordBytesPerImage = 200;

const freeOn = (folder: string): number => {
	const { bavail, bsize } = statfsSync(folder);
	return bavail * bsize;
};

/** @throws UsageError if the folder holds something else than this set, begun or finished */
export function checkFolder(folder: string, packing: Packing): PackedIndex | undefined {
	const compare = (other: Packing): void => {
		for (const key of Object.keys(packing) as Array<keyof Packing>) {
			const [wanted, found] = [JSON.stringify(packing[key]), JSON.stringify(other[key])];
			if (wanted === found) continue;
			const shorten = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
			throw new UsageError(
				`pack: ${folder} holds another set: its ${key} is ${shorten(found)}, this one's ${shorten(wanted)}`,
				'choose another folder, or remove that one',
			);
		}
	};
	if (existsSync(path.join(folder, indexFile))) {
		const index = readIndex(folder);
		const { digest: _, splits: __, duplicates: ___, ...other } = index;
		compare(other);
		return index;
	}
	const begun = path.join(folder, packingFile);
	if (existsSync(begun)) {
		let other: Packing;
		try {
			other = packingSchema.parse(JSON.parse(readFileSync(begun, 'utf8')));
		} catch (error) {
			throw new UsageError(`pack: ${begun} is damaged`, `remove ${folder} and pack again`, error);
		}
		compare(other);
		return undefined;
	}
	const foreign = readdirSync(folder).find(name => !name.startsWith(lockFile));
	if (foreign !== undefined) {
		throw new UsageError(
			`pack: ${folder} is not empty (it has ${foreign}) and no packed set`,
			'choose an empty or new folder',
		);
	}
	return undefined;
}

/** Where the shards go, and what they will be. */
export interface PackingSpace {
	readonly folder: string;
	/** In pixels. */
	readonly resolution: number;
	/** Bytes free on the file system of the folder; asked of the system by default. */
	readonly freeBytes?: (folder: string) => number;
}

/** @throws EnvironmentError if the shards will not fit */
export async function checkSpace(
	source: PictureSource,
	splits: ReadonlyArray<readonly [SplitName, PackedForm]>,
	{ folder, resolution, freeBytes = freeOn }: PackingSpace,
): Promise<void> {
	let needed = 0;
	for (const [split, form] of splits) {
		const count = source.splits[split]?.count ?? 0;
		needed += count * recordBytesPerImage;
		if (form === 'pixels') needed += count * resolution * resolution * 3;
		else for await (const { bytes } of source.files(split)) needed += bytes;
	}
	let there = 0;
	for (const name of readdirSync(folder)) {
		if (/\.(?:pixels|bytes)$/u.test(name)) there += statSync(path.join(folder, name)).size;
	}
	const free = freeBytes(folder);
	if (needed - there <= free) return;
	const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
	throw new EnvironmentError(
		`pack: ${folder}: the set takes about ${gigabytes(needed)}, ${gigabytes(there)} of it are there, and ${gigabytes(free)} are free`,
		'free disk space or choose another folder, then repeat the command',
	);
}

/** What killed processes left behind. */
export function removeLeftovers(folder: string): void {
	const leftover = new RegExp(`^(?:${packingFile}|${lockFile}\\..+|.+\\.part|\\..+\\.tmp)$`, 'u');
	for (const name of readdirSync(folder)) {
		if (leftover.test(name)) rmSync(path.join(folder, name), { force: true });
	}
}
