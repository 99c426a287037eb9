import { UsageError } from '../../errors.ts';
import { damagedFile } from '../formats/read-file.ts';
import { checkLabels } from './check-labels.ts';
import type {
	DamagedPicture,
	OpenSourceOptions,
	PictureOptions,
	PictureSource,
	SourceFile,
	SourcePicture,
	SplitName,
} from './source.ts';

/** What a format says about one split; `buildSource` makes the rest of it. */
export interface SplitReader {
	/** See `SplitInfo`. */
	readonly count: number | null;
	/** See `PictureSource`. */
	files(): Promise<readonly SourceFile[]> | AsyncIterable<SourceFile>;
	/** See `PictureSource`. */
	labels(): Promise<Int32Array>;
	/**
	 * Pictures and damaged pictures at these positions, which ascend and may go on beyond the end. Files that were
	 * opened are closed when the loop is left.
	 */
	read(positions: Iterable<number>): AsyncIterable<SourcePicture | DamagedPicture>;
}

export interface SourceDescription {
	/** The word before the colon. */
	readonly kind: string;
	/** What followed it. */
	readonly target: string;
	/** See `PictureSource`. */
	readonly name: string;
	/** See `PictureSource`. */
	readonly recipe: string;
	readonly classNames: readonly string[];
	/** See `PictureSource`. Default null. */
	readonly size?: PictureSource['size'];
	readonly train: SplitReader;
	readonly test: SplitReader | null;
	/** Whether labels can be known without reading the pictures, and so checked at once. Default true. */
	readonly labelsAreAtHand?: boolean;
}

function* countFrom(start: number, end: number): Generator<number> {
	for (let position = start; position < end; position++) yield position;
}

function choosePositions({ skip = 0, positions }: PictureOptions, count: number | null): Iterable<number> {
	if (positions) return Array.from(positions);
	if (!Number.isInteger(skip) || skip < 0) throw new RangeError(`skip: expected 0 or more, got ${skip}`);
	return countFrom(skip, count ?? Number.POSITIVE_INFINITY);
}

/**
 * A source from what its format says: checks the labels, and turns damaged pictures into errors unless they are
 * asked for.
 *
 * @throws UsageError as `checkLabels`, unless the labels are to be accepted
 */
export async function buildSource(
	description: SourceDescription,
	{ acceptLabels = false }: OpenSourceOptions,
): Promise<PictureSource> {
	const { kind, target, name, recipe, classNames, size = null, train, test } = description;
	const readers = { train, test };
	let closed = false;
	const readerOf = (split: SplitName): SplitReader => {
		if (closed) throw new Error(`${kind}:${target} was closed`);
		const reader = readers[split];
		if (reader) return reader;
		throw new UsageError(
			`${kind}: ${target} has no ${split} split`,
			'give the held-out pictures too, or let a part of the training pictures be held out',
		);
	};
	if (description.labelsAreAtHand !== false && !acceptLabels) {
		for (const split of test ? (['train', 'test'] as const) : (['train'] as const)) {
			checkLabels({ kind, target, split, classNames, labels: await readerOf(split).labels() });
		}
	}
	async function* pictures(split: SplitName, options: PictureOptions = {}): AsyncGenerator<SourcePicture> {
		const reader = readerOf(split);
		for await (const item of reader.read(choosePositions(options, reader.count))) {
			if (!('problem' in item)) yield item;
			else if (options.onDamaged) options.onDamaged(item);
			else throw damagedFile(item.file, item.offset, `${item.problem} (picture ${item.key})`);
		}
	}
	return {
		form: `${kind}:${target}`,
		name,
		recipe,
		classNames,
		size,
		splits: { train: { count: train.count }, test: test && { count: test.count } },
		labels: async split => readerOf(split).labels(),
		async *files(split) {
			yield* await readerOf(split).files();
		},
		pictures,
		async close() {
			closed = true;
		},
	};
}
