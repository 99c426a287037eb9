import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EnvironmentError, UsageError } from '../errors.ts';
import { type Batch, type BatchOptions, createBatches } from './batches.ts';
import type { ImageSplit } from './data-set.ts';
import type { Crops, FeedReply, FeedRequest, FeedWorkerData } from './feeding/feed-worker.ts';
import { isPacked, type PackedImageSplit } from './packed/packed-split.ts';

export interface FeedOptions extends BatchOptions {
	/** The batch that will be asked for after this one, so that it can be made ready. Default the next number. */
	readonly following?: (index: number) => number;
	/** Batches made ready in advance, of packed splits. Default as many as fit into 256 MiB, from 2 to 8. */
	readonly depth?: number;
	/** Of pictures of `bytes` shards. Default `fresh`; `steady` for a training that moves the images itself. */
	readonly crops?: Crops;
	/** Pictures decoded at the same time, of `bytes` shards. Default one a core. */
	readonly threads?: number;
}

/** How long a training waited for its data. */
export interface Stall {
	/** Time spent in `at` since the first batch was there, in ms. */
	readonly waitedMs: number;
	/** Time since the first batch was there, in ms; 0 before. */
	readonly totalMs: number;
}

export interface Feed {
	/** Whole batches in one pass; what remains of a pass is dropped. */
	readonly batchesPerEpoch: number;
	/**
	 * The batch with this number, counted from 0 over all epochs: the content of `createBatches(…).at(index)`, except
	 * that fresh crops of `bytes` shards are drawn in every epoch, by (seed, epoch, image), and not rounded. It depends
	 * on nothing but the number, so that a resumed run sees the batches of an unbroken one. The arrays are the
	 * caller's. One call at a time.
	 *
	 * @throws UsageError naming file and offset of an image that cannot be read
	 * @throws EnvironmentError if the thread or the process behind it ended
	 */
	at(index: number): Promise<Batch>;
	stall(): Stall;
	/** Ends threads and processes. */
	close(): Promise<void>;
}

/** Measures the time in `at`. */
function withStallMeter(batchesPerEpoch: number, at: (index: number) => Promise<Batch>) {
	let waitedMs = 0;
	let startedAt: number | undefined;
	return {
		batchesPerEpoch,
		async at(index: number): Promise<Batch> {
			const from = performance.now();
			const batch = await at(index);
			const now = performance.now();
			if (startedAt === undefined) startedAt = now;
			else waitedMs += now - from;
			return batch;
		},
		stall: (): Stall => ({
			waitedMs,
			totalMs: startedAt === undefined ? 0 : performance.now() - startedAt,
		}),
	};
}

/**
 * Batches for a training. Those of splits in memory are made when they are asked for, which takes a fraction of a
 * millisecond; those of packed splits are made in advance by a thread, into memory that it shares with this one, and
 * go on being made while TensorFlow blocks this thread.
 *
 * @throws UsageError, RangeError as `createBatches`
 */
export function openFeed(split: ImageSplit, options: FeedOptions): Feed {
	const batches = createBatches(split, options);
	if (!isPacked(split)) {
		const feed = withStallMeter(batches.batchesPerEpoch, async index => batches.at(index));
		return { ...feed, close: async () => {} };
	}
	const { resolution } = split.packed;
	if (resolution !== options.resolution) {
		throw new RangeError(
			`pixels: expected images of ${options.resolution}×${options.resolution}, got ${resolution}×${resolution}`,
		);
	}
	return openPackedFeed(split, options);
}

interface Request {
	/** Tells its reply from a late one to an earlier request for the same slot. */
	readonly ticket: number;
	readonly index: number;
	readonly slot: number;
	/** Numbers of the images. */
	readonly indices: Uint32Array;
	/** Resolves once the batch is there. */
	readonly done: Promise<void>;
	readonly settle: (error?: Error) => void;
}

const queueBytes = 256 * 2 ** 20;

function openPackedFeed(split: PackedImageSplit, options: FeedOptions): Feed {
	const { batchSize, resolution, seed, crops = 'fresh', following = index => index + 1 } = options;
	const batches = createBatches(split, options);
	const batchValues = batchSize * resolution * resolution * 3;
	const depth = options.depth ?? Math.max(2, Math.min(8, Math.floor(queueBytes / (batchValues * 4))));
	const slots = new SharedArrayBuffer(depth * batchValues * 4);
	const ready = new SharedArrayBuffer(depth * 4);
	const isReady = new Int32Array(ready);
	const workerData: FeedWorkerData = {
		...{ images: split.packed, crops, seed, batchValues, ready, slots },
		threads: options.threads ?? availableParallelism(),
	};
	const worker = new Worker(new URL('./feeding/feed-worker.ts', import.meta.url), {
		workerData,
		execArgv: ['--import', new URL('../runtime/register-typescript.js', import.meta.url).href],
	});
	// The thread alone does not keep a process going whose training failed.
	worker.unref();
	let queue: Request[] = [];
	let tickets = 0;
	let ended: Error | undefined;
	const end = (error: Error): void => {
		ended ??= error;
		for (const request of queue) request.settle(ended);
	};
	worker.on('error', error => end(error));
	worker.on('exit', () => end(new EnvironmentError('feed: the thread that reads images ended', 'try again')));
	worker.on('message', ({ ticket, error }: FeedReply) => {
		const request = queue.find(waiting => waiting.ticket === ticket);
		request?.settle(error && new UsageError(error.message, error.fix));
	});

	const ask = (index: number, slot: number): void => {
		let settle: (error?: Error) => void = () => {};
		const done = new Promise<void>((resolve, reject) => {
			settle = error => (error ? reject(error) : resolve());
		});
		// Whoever asks for the batch hears of it.
		done.catch(() => {});
		const indices = batches.indicesAt(index);
		tickets += 1;
		queue.push({ ticket: tickets, index, slot, indices, done, settle });
		if (ended) settle(ended);
		Atomics.store(isReady, slot, 0);
		const epoch = Math.floor(index / batches.batchesPerEpoch);
		worker.postMessage({ ticket: tickets, slot, epoch, images: indices } satisfies FeedRequest);
	};
	const refill = (from: number): void => {
		let index = queue.at(-1)?.index ?? from;
		for (let slot = 0; slot < depth; slot++) {
			if (queue.some(request => request.slot === slot)) continue;
			if (queue.length > 0) index = following(index);
			ask(index, slot);
		}
	};

	const wait = async ({ slot, done }: Request): Promise<void> => {
		if (Atomics.load(isReady, slot) === 1) return;
		worker.ref();
		try {
			await done;
		} finally {
			worker.unref();
		}
	};
	const feed = withStallMeter(batches.batchesPerEpoch, async index => {
		if (queue[0]?.index !== index) {
			// Another one than announced (a resumed training, say): the slots are free when their batches are there.
			for (const request of queue) await wait(request).catch(() => {});
			queue = [];
			refill(index);
		}
		const [request] = queue;
		await wait(request);
		const { slot, indices } = request;
		const pixels = new Float32Array(slots, slot * batchValues * 4, batchValues).slice();
		queue.shift();
		refill(index);
		return { pixels, labels: Int32Array.from(indices, image => split.labels[image]), indices };
	});
	return {
		...feed,
		async close() {
			ended ??= new EnvironmentError('feed: it was closed', 'open it again');
			const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()));
			worker.ref();
			worker.postMessage({ close: true } satisfies FeedRequest);
			await exited;
		},
	};
}
