import { createHash } from 'node:crypto';
import path from 'node:path';
import { digestOf } from '../../canonical-json.ts';
import { UsageError } from '../../errors.ts';
import type { SplitName } from '../sources/source.ts';
import type { PackedForm, PackedIndex, PackedSplit, Packing } from './format.ts';
import { digestOfFile, finishedShards, readRecord } from './read-records.ts';

const mostExamples = 20;

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
	// Numbers only, counted over both splits: there may be millions of images.
	const seen = new Map<number, number>();
	const allLabels: number[] = [];
	const pieces: Array<{ split: SplitName; first: number; file: string }> = [];
	const examples: Array<{ split: SplitName; key: string; of: number }> = [];
	const duplicates: PackedIndex['duplicates'] = {
		sameLabel: 0,
		otherLabel: 0,
		acrossSplits: 0,
		examples: [],
	};
	for (const [split, form] of splits) {
		const shards: PackedSplit['shards'] = [];
		const perClass = new Array<number>(classNames.length).fill(0);
		const labelHash = createHash('sha256');
		const splitFirst = allLabels.length;
		let [count, skipped, converted] = [0, 0, 0];
		for (const { name, record } of finishedShards(folder, split, form)) {
			shards.push({
				file: `${name}.${form}`,
				count: record.count,
				bytes: record.bytes,
				sha256: record.sha256,
				record: digestOfFile(path.join(folder, `${name}.json`)),
			});
			count += record.count;
			skipped += record.skipped.length;
			converted += record.converted;
			labelHash.update(new Uint8Array(Int32Array.from(record.labels).buffer));
			pieces.push({ split, first: allLabels.length, file: path.join(folder, `${name}.json`) });
			for (const [index, label] of record.labels.entries()) {
				perClass[label] += 1;
				const number = allLabels.push(label) - 1;
				const earlier = seen.get(record.contents[index]);
				if (earlier === undefined) {
					seen.set(record.contents[index], number);
					continue;
				}
				if (earlier < splitFirst) duplicates.acrossSplits += 1;
				else if (allLabels[earlier] === label) duplicates.sameLabel += 1;
				else duplicates.otherLabel += 1;
				if (examples.length < mostExamples) examples.push({ split, key: record.keys[index], of: earlier });
			}
		}
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
	for (const { split, key, of } of examples) {
		const piece = pieces.findLast(({ first }) => first <= of) as (typeof pieces)[number];
		const earlierKey = readRecord(piece.file).keys[of - piece.first];
		duplicates.examples.push({ split, key, of: `${piece.split} ${earlierKey}` });
	}
	const content: IndexContent = {
		...packing,
		splits: { train: described.train as PackedSplit, test: described.test ?? null },
		duplicates,
	};
	return { ...content, digest: digestOfIndex(content) };
}

/** @throws UsageError if a class has no image or only one class has any */
export function refuseLabels(perClass: readonly number[], classNames: readonly string[]): void {
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
