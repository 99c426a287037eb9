import type { GraphAttribute, GraphNode } from '../../tensor/compile/graph.ts';
import type { Reduction } from './reduction.ts';

/** Placeholders and outputs of one picture in the graph. */
export interface GraphSlot {
	/** The file: string scalar. */
	readonly contents: string;
	/** int32 [4]: top, left, height, width of what is decoded. */
	readonly decoded: string;
	/** int32 [3]: where in it the window begins. */
	readonly begin: string;
	/** int32 [3]: height, width and channels of the window. */
	readonly extent: string;
	/** The window as it is, int32 [height, width, 3]. */
	readonly raw: string;
	/** Resized and rounded half up to bytes: int32 [resolution² · 3 / 4], four bytes each, or one byte each. */
	readonly bytes: string;
	/** Resized, divided by 255: float32 [1, resolution, resolution, 3]. */
	readonly unit: string;
}

// TensorFlow's numbers of types.
const float32 = 1;
const int32 = 3;
const uint8 = 4;
const string = 7;

/** Whether the bytes of an image of this resolution come four in a number. */
export const packsBytes = (resolution: number): boolean => (resolution * resolution * 3) % 4 === 0;

/**
 * A graph that decodes and resizes this many JPEG pictures at once, each by itself, so that TensorFlow spreads them
 * over its threads. JPEG goes through the kernel `DecodeAndCropJpeg` with its default transform (libjpeg's fast
 * integer one), which decodes as `DecodeJpeg` but computes no pixels outside of the window; `ResizeBilinear` follows
 * the rule of TensorFlow 1. Everything runs on the CPU.
 *
 * @param ratio one in so many pixels of a row and of a column are decoded; windows count in those
 */
export function buildDecodeGraph(
	slots: number,
	resolution: number,
	ratio: Reduction = 1,
): { nodes: GraphNode[]; slots: GraphSlot[] } {
	const nodes: GraphNode[] = [];
	const add = (
		name: string,
		operation: string,
		inputs: readonly string[],
		attributes: Readonly<Record<string, GraphAttribute>>,
	): string => {
		nodes.push({ name, operation, inputs, attributes, device: '/device:CPU:0' });
		return `${name}:0`;
	};
	const type = (number: number): GraphAttribute => ({ type: number });
	const constant = (
		name: string,
		dtype: number,
		shape: readonly number[],
		values: Int32Array | Float32Array,
	) =>
		add(name, 'Const', [], {
			dtype: type(dtype),
			value: { tensor: { dtype, shape, content: new Uint8Array(values.buffer) } },
		});
	const size = constant('size', int32, [2], Int32Array.of(resolution, resolution));
	const axis = constant('axis', int32, [], Int32Array.of(0));
	const half = constant('half', float32, [], Float32Array.of(0.5));
	const white = constant('white', float32, [], Float32Array.of(255));
	const fours = constant('fours', int32, [2], Int32Array.of((resolution * resolution * 3) / 4, 4));

	const placeholder = (name: string, dtype: number, shape: readonly number[]): string => {
		add(name, 'Placeholder', [], { dtype: type(dtype), shape: { shape } });
		return name;
	};
	const addSlot = (slot: number): GraphSlot => {
		const contents = placeholder(`contents_${slot}`, string, []);
		const decoded = placeholder(`decoded_${slot}`, int32, [4]);
		const begin = placeholder(`begin_${slot}`, int32, [3]);
		const extent = placeholder(`extent_${slot}`, int32, [3]);
		const picture = add(`picture_${slot}`, 'DecodeAndCropJpeg', [`${contents}:0`, `${decoded}:0`], {
			channels: { integer: 3 },
			ratio: { integer: ratio },
			fancy_upscaling: { truth: true },
			try_recover_truncated: { truth: false },
			acceptable_fraction: { float: 1 },
			dct_method: { text: '' },
		});
		const window = add(`window_${slot}`, 'Slice', [picture, `${begin}:0`, `${extent}:0`], {
			T: type(uint8),
			Index: type(int32),
		});
		const raw = add(`raw_${slot}`, 'Cast', [window], {
			SrcT: type(uint8),
			DstT: type(int32),
			Truncate: { truth: false },
		});
		const batch = add(`batch_${slot}`, 'ExpandDims', [window, axis], { T: type(uint8), Tdim: type(int32) });
		const resized = add(`resized_${slot}`, 'ResizeBilinear', [batch, size], {
			T: type(uint8),
			align_corners: { truth: false },
			half_pixel_centers: { truth: false },
		});
		const unit = add(`unit_${slot}`, 'RealDiv', [resized, white], { T: type(float32) });
		const raised = add(`raised_${slot}`, 'AddV2', [resized, half], { T: type(float32) });
		const toBytes = (name: string, target: number): string =>
			add(name, 'Cast', [raised], { SrcT: type(float32), DstT: type(target), Truncate: { truth: false } });
		if (!packsBytes(resolution)) {
			return { contents, decoded, begin, extent, raw, unit, bytes: toBytes(`bytes_${slot}`, int32) };
		}
		const rounded = toBytes(`rounded_${slot}`, uint8);
		const grouped = add(`grouped_${slot}`, 'Reshape', [rounded, fours], {
			T: type(uint8),
			Tshape: type(int32),
		});
		const bytes = add(`bytes_${slot}`, 'Bitcast', [grouped], { T: type(uint8), type: type(int32) });
		return { contents, decoded, begin, extent, raw, unit, bytes };
	};
	return { slots: Array.from({ length: slots }, (_, slot) => addSlot(slot)), nodes };
}
