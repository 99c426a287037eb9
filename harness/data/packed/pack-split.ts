import { createHash } from 'node:crypto';
import { UsageError } from '../../errors.ts';
import type { DamagedPicture, PictureSource, SourcePicture } from '../sources/source.ts';
import { collectGarbage } from './collect-garbage.ts';
import { shardName } from './format.ts';
import { type PreparationOptions, preparePictures } from './prepare-pictures.ts';
import { finishedShards } from './read-records.ts';
import { openShardWriter, type ShardWriter } from './shard-writer.ts';

export interface SplitPacking extends PreparationOptions {
	readonly source: PictureSource;
	readonly folder: string;
	readonly onCorrupt: 'fail' | 'skip';
	/** A shard is closed when it has this many bytes. */
	readonly shardBytes: number;
	readonly signal?: AbortSignal;
	/** Told of the place in the source, and of pictures left out and converted so far. */
	readonly onProgress: (progress: SplitProgress) => void;
}

export interface SplitProgress {
	/** Pictures of the source that are done with. */
	readonly done: number;
	readonly skipped: number;
	/** Pictures done before this process began. */
	readonly found: number;
}

/** Pictures are decoded together, but no more than this many, nor this many bytes of files. */
const batchPictures = 32;
const batchBytes = 16 * 2 ** 20;

/** First 52 bits of the SHA-256 of what the source gives. */
function contentOf({ content }: SourcePicture): number {
	const bytes = content.kind === 'encoded' ? content.bytes : content.pixels;
	return Number.parseInt(createHash('sha256').update(bytes).digest('hex').slice(0, 13), 16);
}

const sizeOf = ({ content }: SourcePicture): number =>
	content.kind === 'encoded' ? content.bytes.length : content.pixels.length;

function refuse(picture: Pick<DamagedPicture, 'key' | 'file' | 'offset'>, reason: string): UsageError {
	return new UsageError(
		`pack: ${picture.file} at byte ${picture.offset} (${picture.key}): ${reason}`,
		'replace or remove the picture, or leave such pictures out with `--on-corrupt skip`',
	);
}

/**
 * Packs one split, going on after the shards that are finished. Where a shard ends depends on the pictures alone, so
 * the files are the same whether or not the work was interrupted.
 *
 * @throws UsageError naming file and offset of a picture that cannot be read, unless those are to be skipped
 * @throws EnvironmentError if the disk is full
 */
export async function packSplit(packing: SplitPacking): Promise<void> {
	const { source, folder, split, form, onCorrupt, shardBytes, signal, onProgress } = packing;
	let shards = 0;
	let next = 0;
	let skipped = 0;
	for (const { record } of finishedShards(folder, split, form)) {
		shards += 1;
		next = record.next;
		skipped += record.skipped.length;
	}
	const found = next;
	let writer: ShardWriter | undefined;
	const currentWriter = (): ShardWriter => {
		writer ??= openShardWriter(folder, shardName(split, shards), form);
		return writer;
	};
	const finishShard = (): void => {
		writer?.finish(next);
		writer = undefined;
		shards += 1;
		collectGarbage();
	};
	// Damaged pictures that come after those of the batch must be written after them.
	let damaged: DamagedPicture[] = [];
	const skip = (picture: DamagedPicture): void => {
		if (onCorrupt === 'fail') throw refuse(picture, picture.problem);
		const { position, key, file, offset, problem } = picture;
		currentWriter().skip({ position, key, file, offset, reason: problem });
		skipped += 1;
		next = position + 1;
	};
	const skipBefore = (position: number): void => {
		const before = damaged.filter(picture => picture.position < position);
		damaged = damaged.filter(picture => picture.position >= position);
		for (const picture of before) skip(picture);
	};
	const packBatch = async (pictures: readonly SourcePicture[]): Promise<void> => {
		const prepared = await preparePictures(pictures, packing);
		for (const [index, picture] of pictures.entries()) {
			skipBefore(picture.position);
			const result = prepared[index];
			if (result instanceof Error) {
				skip({ ...picture, problem: result.message });
				continue;
			}
			if (picture.label === null) {
				throw refuse(picture, 'it has no label; a packed set needs one for every picture');
			}
			const target = currentWriter();
			const { position, key, label } = picture;
			target.add({ bytes: result.bytes, label, key, position, content: contentOf(picture) });
			if (result.converted) target.convert();
			next = position + 1;
			if (target.bytes >= shardBytes) finishShard();
		}
		onProgress({ done: next, skipped, found });
	};

	try {
		let batch: SourcePicture[] = [];
		let bytes = 0;
		const pictures = source.pictures(split, {
			skip: next,
			...(onCorrupt === 'skip' && { onDamaged: picture => void damaged.push(picture) }),
		});
		for await (const picture of pictures) {
			signal?.throwIfAborted();
			batch.push(picture);
			bytes += sizeOf(picture);
			if (batch.length < batchPictures && bytes < batchBytes) continue;
			await packBatch(batch);
			batch = [];
			bytes = 0;
		}
		await packBatch(batch);
		skipBefore(Number.POSITIVE_INFINITY);
		if (writer && !writer.isEmpty()) finishShard();
	} finally {
		writer?.abandon();
	}
}
