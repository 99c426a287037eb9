// A packed set is a folder of plain files:
//
//   index.json              what the set is; written last, so a folder without it is no packed set
//   train-00000.pixels      images of a shard one after the other: uint8 RGB, resolution² · 3 bytes each
//   train-00000.bytes       or: the files of its pictures one after the other, JPEG or PNG
//   train-00000.json        labels, keys and lengths of that shard; written after it
//   test-00000.pixels …     the held-out images, always as pixels
//   packing.json            only while it is being packed: what is packed, so that the same command can go on
import { z } from 'zod';

export const indexFile = 'index.json';
export const packingFile = 'packing.json';
export const lockFile = 'packing.lock';

/** `pixels`: prepared once, read at random without decoding. `bytes`: the files, cropped afresh in every epoch. */
export type PackedForm = 'pixels' | 'bytes';

/** `train-00012` */
export const shardName = (split: string, shard: number): string =>
	`${split}-${String(shard).padStart(5, '0')}`;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/u);
const whole = z.number().int().min(0);

// Lists that go image by image: zod's own arrays take an object for every element.
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const wholes = z.custom<number[]>(value => Array.isArray(value) && value.every(isWhole));
const texts = z.custom<string[]>(
	value => Array.isArray(value) && value.every(text => typeof text === 'string'),
);

/** A picture that was left out. */
const skippedSchema = z.strictObject({
	/** Place in the split of the source. */
	position: whole,
	key: z.string(),
	file: z.string(),
	/** Byte offset in the file. */
	offset: whole,
	reason: z.string(),
});
export type SkippedPicture = z.infer<typeof skippedSchema>;

/** What a shard holds; its arrays go image by image. */
export const shardRecordSchema = z.strictObject({
	schemaVersion: z.literal(1),
	/** Images in the shard. */
	count: whole,
	/** Bytes of its file, and their digest. */
	bytes: whole,
	sha256,
	/** Place in the source of the first picture after this shard. */
	next: whole,
	labels: wholes,
	keys: texts,
	/** First 52 bits of the SHA-256 of each picture as the source has it, to tell duplicates. */
	contents: wholes,
	/** Pictures that TensorFlow does not decode and sharp did. */
	converted: whole,
	/** Bytes of each file; null for `pixels`. */
	lengths: wholes.nullable(),
	skipped: z.array(skippedSchema),
});
export type ShardRecord = z.infer<typeof shardRecordSchema>;

const shardSchema = z.strictObject({
	/** Name of the shard's file and, with `.json` in place of its ending, of its record. */
	file: z.string(),
	count: whole,
	bytes: whole,
	sha256,
	/** Digest of the record. */
	record: sha256,
});

const splitSchema = z.strictObject({
	form: z.enum(['pixels', 'bytes']),
	count: whole,
	/** Images of each class. */
	perClass: z.array(whole),
	/** SHA-256 of the labels as little-endian int32. */
	labels: sha256,
	/** Pictures left out because they could not be read; the records list them. */
	skipped: whole,
	/** Pictures that TensorFlow does not decode and sharp did; `bytes` shards keep them as PNG. */
	converted: whole,
	shards: z.array(shardSchema),
});
export type PackedSplit = z.infer<typeof splitSchema>;

const duplicateSchema = z.strictObject({ split: z.string(), key: z.string(), of: z.string() });

/** What decides every byte of a packed set, beside the pictures themselves. */
export const packingSchema = z.strictObject({
	schemaVersion: z.literal(1),
	name: z.string(),
	/** How the source reads its pictures. */
	source: z.string(),
	/** Digest of names and sizes of the source's files. */
	sourceFiles: sha256,
	classNames: z.array(z.string()),
	form: z.enum(['pixels', 'bytes']),
	resolution: z.number().int().min(4),
	/** Name of the recipe, see `recipes.ts`. */
	recipe: z.string(),
	/** The recipe in words. */
	preparation: z.string(),
	/** What decodes, with versions. */
	decoder: z.string(),
	/** Seed of random crops. */
	seed: z.number().int().min(1),
	onCorrupt: z.enum(['fail', 'skip']),
	/** A shard is closed when it has this many bytes. */
	shardBytes: z.number().int().min(1),
});
export type Packing = z.infer<typeof packingSchema>;

export const packedIndexSchema = packingSchema.extend({
	/** SHA-256 over everything else in this file but the name. */
	digest: sha256,
	splits: z.strictObject({ train: splitSchema, test: splitSchema.nullable() }),
	/** Pictures that are byte for byte the same as an earlier one. They are kept. */
	duplicates: z.strictObject({
		/** In the same split, with the same label. */
		sameLabel: whole,
		/** In the same split, with another label. */
		otherLabel: whole,
		/** Held-out pictures that are among the training pictures. */
		acrossSplits: whole,
		/** Up to 20 of them. */
		examples: z.array(duplicateSchema),
	}),
});
export type PackedIndex = z.infer<typeof packedIndexSchema>;
