import { createHash, randomBytes } from 'node:crypto';
import {
	closeSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { digestOf } from '../../canonical-json.ts';
import { explainWriteError, writeFileAtomically } from '../../write-atomically.ts';
import { createFeatureAccumulator } from '../feature-statistics.ts';
import { evictEntries, partialPrefix } from './cache-contents.ts';
import { entryFiles, entrySchema, touchEntry } from './entry-files.ts';
import { type FeatureEntry, readFeatureEntry } from './feature-entry.ts';

/** What features depend on. Names, paths and times are not among it. */
export interface FeatureKey {
	/** Digest of the images and their order. */
	readonly content: string;
	/** See `preprocessingOf`. */
	readonly preprocessing: Readonly<Record<string, string | number | boolean>>;
	readonly extractorFingerprint: string;
	/** Whether logits have the bias of the last layer. */
	readonly logitsBias: boolean;
	/** Numeric back end: its rounding shows in the last digits. */
	readonly backend: string;
}

/** Takes features batch by batch and spills them to disk. */
export interface FeatureWriter {
	/**
	 * @param features float32 [n, dimension], not disposed here
	 * @param logits float32 [n, classes], not disposed here
	 * @throws RunFailedError for features that are not finite
	 * @throws EnvironmentError if the disk is full or the cache may not be written
	 */
	add(features: Tensor2D, logits: Tensor2D): void;
	/**
	 * Puts the entry into the cache, whole or not at all. If another process was first, its entry is used.
	 *
	 * @throws UsageError if there was no image
	 */
	finish(): FeatureEntry;
	/** Removes what was written; harmless after `finish`. */
	abandon(): void;
}

export interface FeatureCacheOptions {
	/**
	 * Bytes that entries may take, default 20 GB, some 30 sets of 50,000 images through Inception: each new entry
	 * drives out those that were not used for the longest time. Entries used within the last hour stay.
	 */
	readonly limitBytes?: number;
}

const defaultCacheLimitBytes = 20e9;

export interface FeatureCache {
	/** The entry of this key, if it is there and intact. */
	find(key: FeatureKey): FeatureEntry | undefined;
	write(key: FeatureKey, dimension: number, classes: number): FeatureWriter;
}

const formatVersion = 1;
// A process that was killed leaves its part behind; nobody extracts features for two days.
const abandonedMs = 48 * 3600 * 1000;

const keyOf = (key: FeatureKey): string => digestOf({ formatVersion, ...key });

function removeAbandoned(root: string): void {
	for (const name of readdirSync(root)) {
		const folder = path.join(root, name);
		if (!name.startsWith(partialPrefix)) continue;
		const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
		if (age > abandonedMs) rmSync(folder, { recursive: true, force: true });
	}
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/** Moves a complete folder into place, unless an intact one of another process is there; a damaged one goes. */
function place(folder: string, target: string, key: string): void {
	for (let attempt = 1; ; attempt++) {
		try {
			renameSync(folder, target);
			return;
		} catch (error) {
			const taken = ['ENOTEMPTY', 'EEXIST'].includes(codeOf(error));
			if (!taken || attempt === 3) throw error;
		}
		if (readFeatureEntry(target, key)) return;
		// Moved aside first, because a folder with files cannot be replaced in one step.
		const aside = `${folder}-damaged`;
		try {
			renameSync(target, aside);
		} catch (error) {
			// Another process has just done the same.
			if (codeOf(error) !== 'ENOENT') throw error;
		}
		rmSync(aside, { recursive: true, force: true });
	}
}

/** A file that grows; its digest is known when it is closed. */
function createSpill(file: string) {
	const hash = createHash('sha256');
	const descriptor = openSync(file, 'wx');
	let open = true;
	return {
		append(values: Float32Array | Float64Array) {
			const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
			// A nearly full disk takes part of the bytes without an error.
			for (let written = 0; written < bytes.length; ) {
				written += writeSync(descriptor, bytes, written, bytes.length - written);
			}
			hash.update(bytes);
		},
		close(): string {
			fsyncSync(descriptor);
			closeSync(descriptor);
			open = false;
			return hash.digest('hex');
		},
		abandon() {
			if (open) closeSync(descriptor);
			open = false;
		},
	};
}

/**
 * A cache of features, logits and statistics, by content: the folder of an entry is named after the digest of its
 * key. Several processes may use it at once; each writes beside it and renames. Damaged entries count as missing.
 *
 * @param root folder of the cache, made if it is missing
 * @throws EnvironmentError if it cannot be made
 */
export function openFeatureCache(root: string, options: FeatureCacheOptions = {}): FeatureCache {
	const { limitBytes = defaultCacheLimitBytes } = options;
	try {
		mkdirSync(root, { recursive: true });
		removeAbandoned(root);
	} catch (error) {
		throw explainWriteError(root, error);
	}
	const explained = <Result>(work: () => Result): Result => {
		try {
			return work();
		} catch (error) {
			throw (error as NodeJS.ErrnoException).syscall ? explainWriteError(root, error) : error;
		}
	};

	return {
		find(key) {
			const digest = keyOf(key);
			const folder = path.join(root, digest);
			const entry = readFeatureEntry(folder, digest);
			if (entry) touchEntry(folder);
			return entry;
		},
		write(key, dimension, classes) {
			const digest = keyOf(key);
			const folder = path.join(root, `${partialPrefix}${process.pid}-${randomBytes(6).toString('hex')}`);
			const target = path.join(root, digest);
			const spills = explained(() => {
				mkdirSync(folder);
				return {
					features: createSpill(path.join(folder, entryFiles.features)),
					logits: createSpill(path.join(folder, entryFiles.logits)),
					statistics: createSpill(path.join(folder, entryFiles.statistics)),
				};
			});
			const accumulator = createFeatureAccumulator(dimension);
			const abandon = (): void => {
				accumulator.dispose();
				for (const spill of Object.values(spills)) spill.abandon();
				rmSync(folder, { recursive: true, force: true });
			};
			return {
				add(features, logits) {
					accumulator.add(features);
					explained(() => {
						spills.features.append(features.dataSync<'float32'>());
						spills.logits.append(logits.dataSync<'float32'>());
					});
				},
				finish() {
					const { count, mean, covariance } = accumulator.statistics();
					accumulator.dispose();
					return explained(() => {
						spills.statistics.append(mean);
						spills.statistics.append(covariance);
						const digests = Object.fromEntries(
							Object.entries(spills).map(([name, spill]) => [
								entryFiles[name as keyof typeof spills],
								spill.close(),
							]),
						);
						const entry = entrySchema.parse({
							schemaVersion: 1,
							key: digest,
							material: key,
							count,
							dimension,
							classes,
							digests,
						});
						writeFileAtomically(
							path.join(folder, entryFiles.entry),
							`${JSON.stringify(entry, undefined, '\t')}\n`,
						);
						place(folder, target, digest);
						rmSync(folder, { recursive: true, force: true });
						const placed = readFeatureEntry(target, digest);
						evictEntries(root, limitBytes);
						if (!placed) throw new Error(`${target}: the cache entry changed right after it was written`);
						return placed;
					});
				},
				abandon,
			};
		},
	};
}
