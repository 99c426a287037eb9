import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import { encodeSavedModel, savedModelTag } from '../../tensor/compile/saved-model.ts';
import { type PixelForm, prepareRaster } from '../preparation/prepare-raster.ts';
import type { ResizeRule } from '../preparation/recipes.ts';
import type { Window } from '../preparation/window.ts';
import { buildDecodeGraph, packsBytes } from './decode-graph.ts';
import { decodePng } from './decode-png.ts';
import type { DecoderBinding } from './decoder-binding.ts';
import { imageKind } from './image-kind.ts';
import { readJpegSize } from './jpeg-size.ts';
import { chooseReduction, type Reduction, reducedExtent, reduceWindow } from './reduction.ts';

/** A picture to be prepared. */
export interface PictureRequest {
	/** The file. */
	readonly bytes: Uint8Array;
	/** The part of a picture of this size that is used. */
	readonly choose: (height: number, width: number) => Window;
	/** Decode JPEG at a part of its size where that leaves the resolution, see `reduction.ts`. Default false. */
	readonly reduce?: boolean;
}

/** A JPEG picture that waits for the graph of its reduction. */
interface Job {
	/** Which of the pictures asked for. */
	readonly index: number;
	readonly bytes: Uint8Array;
	/** On the reduced picture. */
	readonly window: Window;
	/** Of the reduced picture. */
	readonly width: number;
}

export interface DecoderOptions {
	readonly binding: DecoderBinding;
	/** Width and height of the result in pixels. */
	readonly resolution: number;
	readonly resize: ResizeRule;
	readonly form: PixelForm;
	/** Pictures that TensorFlow is given at once. Default 16. */
	readonly slots?: number;
}

export interface Decoder {
	/**
	 * Decodes, cuts and resizes JPEG and PNG pictures. Blocks until all are done; never throws for a bad picture.
	 *
	 * @returns for each, RGB in the form asked for, resolution² · 3 values, or why it cannot be decoded
	 */
	prepare(pictures: readonly PictureRequest[]): Array<Uint8Array | Float32Array | Error>;
	close(): void;
}

/** Most pixels that are decoded at once: large photographs go a few at a time, so that memory stays bounded. */
const mostPixelsAtOnce = 8 * 2 ** 20;
/** Columns that are decoded beside the window: the color of a column is smoothed with that of its neighbours. */
const margin = 4;

/** TensorFlow's message without its status code and the names of nodes. */
function reasonOf(error: unknown): string {
	const text = (error as Error).message
		.replace(/^(?:Session fail to run with error: |Invalid TF_Status: \d+\s+Message: )+/u, '')
		.split('\n')[0];
	return text.replace(/^\{\{[^}]*\}\}\s*|\s*\[\[\{\{.*$/gu, '').replace(/\.$/u, '');
}

/**
 * Prepares pictures with TensorFlow's kernels. JPEG pictures go through one graph, several at a time; PNG pictures one
 * by one, alpha over white.
 *
 * @throws EnvironmentError if the graph cannot be handed to TensorFlow
 */
export function createDecoder(options: DecoderOptions): Decoder {
	const { binding, resolution, resize, form, slots = 16 } = options;
	const load = (ratio: Reduction) => {
		const { nodes, slots: places } = buildDecodeGraph(slots, resolution, ratio);
		return { places, graph: loadGraph(binding, encodeSavedModel(nodes)) };
	};
	const graphs = new Map([[1 as Reduction, load(1)]]);
	const graphFor = (ratio: Reduction): ReturnType<typeof load> => {
		const known = graphs.get(ratio) ?? load(ratio);
		graphs.set(ratio, known);
		return known;
	};
	const legacy = resize === 'bilinear-legacy';

	const finish = (values: Float32Array | Int32Array, window: Window): Uint8Array | Float32Array => {
		if (!legacy) {
			const { height, width } = window;
			const picture = { height, width, pixels: Uint8Array.from(values) };
			return prepareRaster(picture, { top: 0, left: 0, height, width }, { resolution, resize, form });
		}
		if (form === 'unit') return values as Float32Array;
		if (!packsBytes(resolution)) return Uint8Array.from(values);
		return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
	};

	/** @throws Error of TensorFlow if one of the pictures does not decode, without saying which */
	const runGraph = (jobs: readonly Job[], ratio: Reduction): Array<Uint8Array | Float32Array> => {
		const { places, graph } = graphFor(ratio);
		const made: number[] = [];
		const make = (shape: readonly number[], dtype: number, values: Int32Array | Uint8Array[]): void => {
			made.push(binding.createTensor(shape, dtype, values));
		};
		const names: string[] = [];
		const outputs: string[] = [];
		try {
			for (const [index, { bytes, window, width }] of jobs.entries()) {
				const place = places[index];
				const left = Math.max(0, window.left - margin);
				const right = Math.min(width, window.left + window.width + margin);
				make([], binding.TF_STRING, [bytes]);
				make([4], binding.TF_INT32, Int32Array.of(window.top, left, window.height, right - left));
				make([3], binding.TF_INT32, Int32Array.of(0, window.left - left, 0));
				make([3], binding.TF_INT32, Int32Array.of(window.height, window.width, 3));
				names.push(...[place.contents, place.decoded, place.begin, place.extent].map(name => `${name}:0`));
				outputs.push(legacy ? place[form] : place.raw);
			}
			const results = binding.runSavedModel(graph, made, names.join(','), outputs.join(','));
			made.push(...results.map(({ id }) => id));
			return results.map(({ id }, index) => finish(binding.tensorDataSync(id), jobs[index].window));
		} finally {
			for (const id of made) binding.deleteTensor(id);
		}
	};

	const prepareOther = ({ bytes, choose }: PictureRequest): Uint8Array | Float32Array | Error => {
		const kind = imageKind(bytes);
		if (kind === 'empty') return new Error('the file is empty');
		if (kind !== 'png') return new Error('the content is neither JPEG nor PNG');
		try {
			const picture = decodePng(binding, bytes);
			return prepareRaster(picture, choose(picture.height, picture.width), { resolution, resize, form });
		} catch (error) {
			return new Error(reasonOf(error));
		}
	};

	return {
		prepare(pictures) {
			const results: Array<Uint8Array | Float32Array | Error> = new Array(pictures.length);
			const queues = new Map<Reduction, { jobs: Job[]; pixels: number }>();
			const runJobs = (jobs: readonly Job[], ratio: Reduction): void => {
				try {
					for (const [at, prepared] of runGraph(jobs, ratio).entries()) results[jobs[at].index] = prepared;
				} catch (error) {
					if (jobs.length === 1) results[jobs[0].index] = new Error(reasonOf(error));
					// One of them is bad: find it alone, so that the others are kept.
					else for (const job of jobs) runJobs([job], ratio);
				}
			};
			const flush = (ratio: Reduction): void => {
				const { jobs } = queues.get(ratio) ?? { jobs: [] };
				queues.delete(ratio);
				if (jobs.length > 0) runJobs(jobs, ratio);
			};
			for (const [index, picture] of pictures.entries()) {
				if (imageKind(picture.bytes) !== 'jpeg') {
					results[index] = prepareOther(picture);
					continue;
				}
				const size = readJpegSize(picture.bytes);
				if (!size || size.height === 0 || size.width === 0) {
					results[index] = new Error('the JPEG file ends before its frame header');
					continue;
				}
				const chosen = picture.choose(size.height, size.width);
				const ratio = picture.reduce ? chooseReduction(chosen, resolution) : 1;
				const window = reduceWindow(chosen, size, ratio);
				const width = reducedExtent(size.width, ratio);
				const area = window.height * Math.min(width, window.width + 2 * margin);
				const before = queues.get(ratio);
				if (before && (before.jobs.length === slots || before.pixels + area > mostPixelsAtOnce)) flush(ratio);
				const queue = queues.get(ratio) ?? { jobs: [], pixels: 0 };
				queue.jobs.push({ index, bytes: picture.bytes, window, width });
				queue.pixels += area;
				queues.set(ratio, queue);
			}
			for (const ratio of [...queues.keys()]) flush(ratio);
			return results;
		},
		close() {
			for (const { graph } of graphs.values()) binding.deleteSavedModel(graph);
			graphs.clear();
		},
	};
}

function loadGraph(binding: DecoderBinding, model: Uint8Array): number {
	let folder: string | undefined;
	try {
		folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-decoder-'));
		writeFileSync(path.join(folder, 'saved_model.pb'), model);
		return binding.loadSavedModel(folder, savedModelTag);
	} catch (error) {
		throw new EnvironmentError(
			`decoder: TensorFlow could not load its graph (${(error as Error).message})`,
			`see that ${tmpdir()} has room`,
			error,
		);
	} finally {
		if (folder) rmSync(folder, { recursive: true, force: true });
	}
}
