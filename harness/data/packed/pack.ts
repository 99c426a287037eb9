import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { withLock } from '../../tensor/provision/lock.ts';
import { explainWriteError, writeFileAtomically } from '../../write-atomically.ts';
import { createDecoder, type Decoder } from '../decoding/decoder.ts';
import { loadDecoderBinding } from '../decoding/decoder-binding.ts';
import { findRecipe, type Recipe } from '../preparation/recipes.ts';
import { openSource, type PictureSource, type SplitName } from '../sources/source.ts';
import { buildIndex } from './build-index.ts';
import { collectGarbage } from './collect-garbage.ts';
import { describeDecoder, describeRecipe } from './describe-packing.ts';
import {
	indexFile,
	lockFile,
	type PackedForm,
	type PackedIndex,
	type Packing,
	packingFile,
} from './format.ts';
import { packSplit, type SplitProgress } from './pack-split.ts';
import { checkFolder, checkSpace, removeLeftovers } from './packing-folder.ts';

export interface PackOptions {
	/** A data source, see `sourceForms`. */
	readonly source: string;
	/** Folder of the packed set. */
	readonly folder: string;
	/** Width and height in pixels. */
	readonly resolution: number;
	/** Of the training images; held-out ones are always packed as pixels. Default `pixels`. */
	readonly form?: PackedForm;
	/** Default `s3gan`. */
	readonly recipe?: string;
	/** Seed of random crops that are fixed in the set, in [1, 2^31 - 1]. Default 1. */
	readonly seed?: number;
	/** What to do with a picture that cannot be read. Default `fail`. */
	readonly onCorrupt?: 'fail' | 'skip';
	/** Pictures that are decoded at the same time. Default one a core. */
	readonly jobs?: number;
	/** A shard is closed when it has this many bytes. Default 128 MiB. */
	readonly shardBytes?: number;
	/** Accept classes without pictures and labels that are all equal. Default false. */
	readonly acceptLabels?: boolean;
	readonly signal?: AbortSignal;
	/** Takes progress lines for people. */
	readonly report?: (line: string) => void;
	readonly onProgress?: (progress: PackProgress) => void;
	/** Bytes free on the file system of the folder; asked of the system by default. */
	readonly freeBytes?: (folder: string) => number;
}

export interface PackProgress extends SplitProgress {
	readonly split: SplitName;
	/** Pictures of the split, if the source can tell. */
	readonly total: number | null;
}

export interface PackResult {
	readonly index: PackedIndex;
	/** The folder held the finished set already. */
	readonly wasThere: boolean;
}

const defaultShardBytes = 128 * 2 ** 20;

async function digestFiles(source: PictureSource, splits: readonly SplitName[]): Promise<string> {
	const hash = createHash('sha256');
	for (const split of splits) {
		hash.update(`${split}\n`);
		for await (const { name, bytes } of source.files(split)) hash.update(`${bytes} ${name}\n`);
	}
	return hash.digest('hex');
}

/** A decoder that is made when the first picture needs it: sources that hold pixels need no TensorFlow. */
function lazyDecoder(resolution: number, recipe: Recipe, jobs: number): Decoder {
	let decoder: Decoder | undefined;
	return {
		prepare(pictures) {
			if (pictures.length === 0) return [];
			decoder ??= createDecoder({
				binding: loadDecoderBinding(jobs),
				resolution,
				resize: recipe.resize,
				form: 'bytes',
				slots: Math.min(32, Math.max(8, 4 * jobs)),
			});
			return decoder.prepare(pictures);
		},
		close: () => decoder?.close(),
	};
}

/**
 * Packs a source into shards. Finished shards of an interrupted pack are kept; the folder becomes a packed set when
 * its index is written, last. The bytes of all files are a function of the source and the options.
 *
 * @throws UsageError for a bad source, a picture that cannot be read, or a folder that holds something else
 * @throws EnvironmentError if there is no room, or the disk is full
 */
export async function pack(options: PackOptions): Promise<PackResult> {
	const { resolution, form = 'pixels', seed = 1, onCorrupt = 'fail', report = () => {} } = options;
	const { shardBytes = defaultShardBytes, jobs = availableParallelism(), acceptLabels = false } = options;
	const folder = path.resolve(options.folder);
	const recipe = findRecipe(options.recipe ?? 's3gan');
	const source = await openSource(options.source, { acceptLabels, report });
	try {
		const splits: Array<[SplitName, PackedForm]> = [['train', form]];
		if (source.splits.test) splits.push(['test', 'pixels']);
		const packing: Packing = {
			schemaVersion: 1,
			name: source.name,
			source: source.recipe,
			sourceFiles: await digestFiles(
				source,
				splits.map(([split]) => split),
			),
			classNames: [...source.classNames],
			form,
			resolution,
			recipe: recipe.name,
			preparation: describeRecipe(recipe),
			decoder: source.size ? 'none: the source holds pixels' : describeDecoder(),
			seed,
			onCorrupt,
			shardBytes,
		};
		try {
			mkdirSync(folder, { recursive: true });
		} catch (error) {
			throw explainWriteError(folder, error);
		}
		const work = async (): Promise<PackResult> => {
			const there = checkFolder(folder, packing);
			const begun = path.join(folder, packingFile);
			if (there) {
				rmSync(begun, { force: true });
				return { index: there, wasThere: true };
			}
			await checkSpace(source, splits, { ...options, folder });
			writeFileAtomically(begun, `${JSON.stringify(packing, undefined, '\t')}\n`);
			// Names and sizes of all files went by; TensorFlow's library comes next.
			collectGarbage();
			const decoder = lazyDecoder(resolution, recipe, jobs);
			try {
				for (const [split, splitForm] of splits) {
					const total = source.splits[split]?.count ?? null;
					await packSplit({
						...{ source, folder, split, form: splitForm, decoder, recipe, resolution, seed },
						...{ onCorrupt, shardBytes, signal: options.signal },
						onProgress: progress => options.onProgress?.({ ...progress, split, total }),
					});
				}
			} finally {
				decoder.close();
			}
			const index = buildIndex(folder, packing, splits, { acceptLabels });
			writeFileAtomically(path.join(folder, indexFile), `${JSON.stringify(index, undefined, '\t')}\n`);
			removeLeftovers(folder);
			return { index, wasThere: false };
		};
		return await withLock(path.join(folder, lockFile), report, work, 'packing into the same folder');
	} finally {
		await source.close();
	}
}
