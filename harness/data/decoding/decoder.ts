import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import { encodeSavedModel, savedModelTag } from '../../tensor/compile/saved-model.ts';
import { type PixelForm, prepareRaster } from '../preparation/prepare-raster.ts';
import type { ResizeRule } from '../preparation/recipes.ts';
import type { Raster } from '../preparation/resize-bilinear.ts';
import type { Window } from '../preparation/window.ts';
import { buildDecodeGraph, packsBytes } from './decode-graph.ts';
import type { DecoderBinding } from './decoder-binding.ts';
import { imageKind } from './image-kind.ts';
import { readJpegSize } from './jpeg-size.ts';

/** A picture to be prepared. */
export interface PictureRequest {
	/** The file. */
	readonly bytes: Uint8Array;
	/** The part of a picture of this size that is used. */
	readonly choose: (height: number, width: number) => Window;
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
	const { nodes, slots: places } = buildDecodeGraph(slots, resolution);
	const graph = loadGraph(binding, encodeSavedModel(nodes));
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
	const runGraph = (
		jobs: ReadonlyArray<{ readonly bytes: Uint8Array; readonly window: Window; readonly width: number }>,
	): Array<Uint8Array | Float32Array> => {
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
			let waiting: Array<{ index: number; bytes: Uint8Array; window: Window; width: number }> = [];
			let pixels = 0;
			const flush = (): void => {
				const jobs = waiting;
				waiting = [];
				pixels = 0;
				if (jobs.length === 0) return;
				try {
					for (const [at, prepared] of runGraph(jobs).entries()) results[jobs[at].index] = prepared;
				} catch (error) {
					if (jobs.length === 1) {
						results[jobs[0].index] = new Error(reasonOf(error));
						return;
					}
					// One of them is bad: find it alone, so that the others are kept.
					for (const job of jobs) {
						waiting = [job];
						flush();
					}
				}
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
				const window = picture.choose(size.height, size.width);
				const area = window.height * Math.min(size.width, window.width + 2 * margin);
				if (waiting.length === slots || pixels + area > mostPixelsAtOnce) flush();
				waiting.push({ index, bytes: picture.bytes, window, width: size.width });
				pixels += area;
			}
			flush();
			return results;
		},
		close: () => binding.deleteSavedModel(graph),
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

/** A PNG file as RGB, alpha over white; of 16 bits the high byte is kept. */
function decodePng(binding: DecoderBinding, bytes: Uint8Array): Raster {
	const made: number[] = [];
	try {
		made.push(binding.createTensor([], binding.TF_STRING, [bytes]));
		const [decoded] = binding.executeOp(
			'DecodePng',
			[
				{ name: 'channels', type: binding.TF_ATTR_INT, value: 4 },
				{ name: 'dtype', type: binding.TF_ATTR_TYPE, value: binding.TF_UINT8 },
			],
			made,
			1,
		);
		made.push(decoded.id);
		const [packed] = binding.executeOp(
			'Bitcast',
			[
				{ name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_UINT8 },
				{ name: 'type', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
			],
			[decoded.id],
			1,
		);
		made.push(packed.id);
		const [height, width] = packed.shape;
		const words = binding.tensorDataSync(packed.id);
		const values = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
		return { height, width, pixels: overWhite(values) };
	} finally {
		for (const id of made) binding.deleteTensor(id);
	}
}

/** RGB of RGBA bytes laid over white, rounded half up. */
export function overWhite(values: Uint8Array): Uint8Array {
	const pixels = new Uint8Array((values.length / 4) * 3);
	for (let source = 0, target = 0; source < values.length; source += 4) {
		const alpha = values[source + 3];
		for (let channel = 0; channel < 3; channel++) {
			const value = values[source + channel];
			pixels[target++] = alpha === 255 ? value : Math.floor((value * alpha) / 255 + 255 - alpha + 0.5);
		}
	}
	return pixels;
}
