import { createHash } from 'node:crypto';
import path from 'node:path';
import { digestOf } from '../../canonical-json.ts';
import { UsageError } from '../../errors.ts';
import type { SplitName } from '../sources/source.ts';
import { findDuplicates } from './find-duplicates.ts';
import type { PackedForm, PackedIndex, PackedSplit, Packing } from './format.ts';
import { digestOfFile, finishedShards, readRecord } from './read-records.ts';

const mostExamples = 20;

/** One shard: numbers only, as there may be millions of images. */
interface Piece {
	readonly split: SplitName;
	/** Number of its first image over all splits. */
	readonly first: number;
	/** Its record. */
	readonly file: string;
	readonly labels: Int32Array;
	readonly contents: Float64Array;
}

/** Everything of the index but the digest. */
type IndexContent = Omit<PackedIndex, 'digest'>;

/** SHA-256 over an index without its digest and its name: equal digests mean equal images and labels. */
export function digestOfIndex({
	digest: _,
	name: __,
	...content
}: IndexContent & { digest?: string }): string {
	return digestOf(content);
}

/**
 * Puts the records of all shards together.
 *
 * @param splits those of the source, with the form of their shards
 * @throws UsageError if a split has no image, or a class has no training image
 */
export function buildIndex(
	folder: string,
	packing: Packing,
	splits: ReadonlyArray<readonly [SplitName, PackedForm]>,
	options: { readonly acceptLabels: boolean },
): PackedIndex {
	const { classNames } = packing;
	const described: { train?: PackedSplit; test?: PackedSplit } = {};
	const pieces: Piece[] = [];
	let total = 0;
	let testFirst = Number.POSITIVE_INFINITY;
	for (const [split, form] of splits) {
		if (split === 'test') testFirst = total;
		const shards: PackedSplit['shards'] = [];
		const perClass = new Array<number>(classNames.length).fill(0);
		const labelHash = createHash('sha256');
		const splitFirst = total;
		let [skipped, converted] = [0, 0];
		for (const { name, record } of finishedShards(folder, split, form)) {
			const file = path.join(folder, `${name}.json`);
			shards.push({
				file: `${name}.${form}`,
				count: record.count,
				bytes: record.bytes,
				sha256: record.sha256,
				record: digestOfFile(file),
			});
			skipped += record.skipped.length;
			converted += record.converted;
			const labels = Int32Array.from(record.labels);
			labelHash.update(new Uint8Array(labels.buffer));
			for (const label of labels) perClass[label] += 1;
			pieces.push({ split, first: total, file, labels, contents: Float64Array.from(record.contents) });
			total += record.count;
		}
		const count = total - splitFirst;
		if (count === 0) {
			throw new UsageError(
				`pack: no ${split} picture is left${skipped > 0 ? `: all ${skipped} were skipped` : ''}`,
				'give a source with pictures',
			);
		}
		if (split === 'train' && !options.acceptLabels) refuseLabels(perClass, classNames);
		described[split] = {
			form,
			count,
			perClass,
			labels: labelHash.digest('hex'),
			skipped,
			converted,
			shards,
		};
	}
	const content: IndexContent = {
		...packing,
		splits: { train: described.train as PackedSplit, test: described.test ?? null },
		duplicates: describeDuplicates(pieces, total, testFirst),
	};
	return { ...content, digest: digestOfIndex(content) };
}

/** Duplicates over all shards, examples by their keys. */
function describeDuplicates(
	pieces: readonly Piece[],
	total: number,
	testFirst: number,
): PackedIndex['duplicates'] {
	const contents = new Float64Array(total);
	const labels = new Int32Array(total);
	for (const piece of pieces) {
		contents.set(piece.contents, piece.first);
		labels.set(piece.labels, piece.first);
	}
	const { examples, ...counts } = findDuplicates({ contents, labels, testFirst, mostExamples });
	// The keys of a shard at a time: examples mostly lie side by side.
	let read: { piece: Piece; keys: readonly string[] } | undefined;
	const place = (image: number): { split: SplitName; key: string } => {
		const piece = pieces.findLast(({ first }) => first <= image) as Piece;
		if (read?.piece !== piece) read = { piece, keys: readRecord(piece.file).keys };
		return { split: piece.split, key: read.keys[image - piece.first] };
	};
	return {
		...counts,
		examples: examples.map(({ image, of }) => {
			const earlier = place(of);
			return { ...place(image), of: `${earlier.split} ${earlier.key}` };
		}),
	};
}

/** @throws UsageError if a class has no image or only one class has any */
function refuseLabels(perClass: readonly number[], classNames: readonly string[]): void {
	const empty = classNames.filter((_, label) => perClass[label] === 0);
	const fix = 'give data with pictures of every class, or accept such labels with `--accept-labels`';
	if (perClass.filter(count => count > 0).length < 2) {
		throw new UsageError('pack: the labels of all training pictures are equal', fix);
	}
	if (empty.length > 0) {
		throw new UsageError(
			`pack: ${empty.length} of ${classNames.length} classes have no training picture: ${empty.slice(0, 3).join(', ')}`,
			fix,
		);
	}
}
