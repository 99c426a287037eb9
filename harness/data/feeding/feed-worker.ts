// The thread that fills batches while the main thread is inside TensorFlow. Images of `pixels` shards are read here;
// files of `bytes` shards are read here and decoded in a process of their own.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { PackedImages } from '../packed/packed-split.ts';
import { readFileOf, steadyCrop, undecodable } from '../packed/packed-split.ts';
import { openShardReader } from '../packed/shard-reader.ts';
import { type DecodeClient, startDecodeProcess, UndecodableError } from './decode-client.ts';

/**
 * Crops of pictures of `bytes` shards: drawn anew in every epoch, or those that reading the split gives, rounded to
 * bytes as they are.
 */
export type Crops = 'fresh' | 'steady';

/** What the thread is started with. */
export interface FeedWorkerData {
	readonly images: PackedImages;
	readonly crops: Crops;
	/** Seed of fresh crops. */
	readonly seed: number;
	/** Pictures that are decoded at the same time. */
	readonly threads: number;
	/** Values of one batch, float32. */
	readonly batchValues: number;
	/** One number a slot, 1 once its batch is there. */
	readonly ready: SharedArrayBuffer;
	/** The slots one after the other, float32. */
	readonly slots: SharedArrayBuffer;
}

/** Asks for a batch, or for the end. */
export type FeedRequest =
	| {
			/** Number of the request; slots are used again. */
			readonly ticket: number;
			readonly slot: number;
			readonly epoch: number;
			readonly images: Uint32Array;
	  }
	| { readonly close: true };

/** A batch is there, or why not. */
export interface FeedReply {
	readonly ticket: number;
	readonly error?: { readonly message: string; readonly fix: string | undefined };
}

const port = parentPort as MessagePort;
const { images: packed, crops, seed, threads, batchValues, ready, slots } = workerData as FeedWorkerData;
const { form, resolution, recipe, places, chosen } = packed;
const reader = openShardReader(places);
const isReady = new Int32Array(ready);
const imageValues = resolution * resolution * 3;
const byteToUnit = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
let client: DecodeClient | undefined;
if (form === 'bytes') {
	client = startDecodeProcess({
		...{ resolution, seed, threads, split: 'train', resize: recipe.resize },
		...(crops === 'fresh'
			? { crop: recipe.train, reduce: recipe.reduced === true, form: 'unit' }
			: { crop: steadyCrop(recipe), reduce: false, form: 'bytes' }),
	});
}

function fillFromPixels(numbers: Uint32Array, target: Float32Array): void {
	const bytes = new Uint8Array(imageValues);
	let value = 0;
	for (const number of numbers) {
		reader.read(number, bytes, 0);
		for (let source = 0; source < imageValues; source++) target[value++] = byteToUnit[bytes[source]];
	}
}

async function fillFromFiles(numbers: Uint32Array, epoch: number, target: Float32Array): Promise<void> {
	const pictures = Array.from(numbers, number => ({ image: number, bytes: readFileOf(reader, number) }));
	try {
		const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
		await (client as DecodeClient).decode(pictures, epoch, bytes);
	} catch (error) {
		if (!(error instanceof UndecodableError)) throw error;
		throw undecodable(reader.placeOf(numbers[error.picture]), error);
	}
}

async function fill({ ticket, slot, epoch, images }: Exclude<FeedRequest, { close: true }>): Promise<void> {
	try {
		const target = new Float32Array(slots, slot * batchValues * 4, batchValues);
		const numbers = chosen ? images.map(image => chosen[image]) : images;
		if (form === 'pixels') fillFromPixels(numbers, target);
		else await fillFromFiles(numbers, epoch, target);
		Atomics.store(isReady, slot, 1);
		port.postMessage({ ticket } satisfies FeedReply);
	} catch (error) {
		const { message, fix } = error as Error & { fix?: string };
		port.postMessage({ ticket, error: { message, fix } } satisfies FeedReply);
	}
}

let working = Promise.resolve();
port.on('message', (request: FeedRequest) => {
	if (!('close' in request)) {
		working = working.then(() => fill(request));
		return;
	}
	client?.close();
	reader.close();
	port.close();
});
