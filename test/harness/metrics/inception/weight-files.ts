import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { crc32, gunzipSync } from 'node:zlib';
import { readInceptionLayers } from '../../../../harness/metrics/inception/layers.ts';
import { inceptionTensors } from '../../../../harness/metrics/inception/tensor-names.ts';
import type { InceptionWeights } from '../../../../harness/metrics/inception/weights.ts';

// Writers of every format for tests. They share no code with the readers: the graph is written by the protocol
// buffers that come with TensorFlow.js, the pickles by PyTorch (ci/golden/inception-state-dictionaries.py).

const require = createRequire(import.meta.url);

export const fixture = (name: string): URL => new URL(`../../../fixtures/inception/${name}`, import.meta.url);

const rawBytes = (values: Float32Array): Buffer =>
	Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** A zip file without compression, by the layout of its specification (APPNOTE.TXT 4.3). */
export function zipOf(files: ReadonlyArray<readonly [name: string, content: Buffer]>): Buffer {
	const parts: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	for (const [name, content] of files) {
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt32LE(crc32(content), 10);
		common.writeUInt32LE(content.length, 14);
		common.writeUInt32LE(content.length, 18);
		common.writeUInt16LE(Buffer.byteLength(name), 22);
		parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), content);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(offset, 10);
		directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, tail, Buffer.from(name));
		offset += 30 + Buffer.byteLength(name) + content.length;
	}
	const entries = Buffer.concat(directory);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 'latin1');
	end.writeUInt16LE(files.length, 8);
	end.writeUInt16LE(files.length, 10);
	end.writeUInt32LE(entries.length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...parts, entries, end]);
}

/** An `.npy` of version 1. */
export function npyOf(shape: readonly number[], values: Float32Array): Buffer {
	const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
	const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
	const header = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
	const length = Buffer.alloc(2);
	length.writeUInt16LE(header.length);
	return Buffer.concat([
		Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
		length,
		Buffer.from(header),
		rawBytes(values),
	]);
}

export const npzOf = (weights: InceptionWeights): Buffer =>
	zipOf([...weights].map(([name, { shape, values }]) => [`${name}.npy`, npyOf(shape, values)]));

/** The values of a tensor as PyTorch orders them: [out, in, height, width]. */
function pytorchValues(shape: readonly number[], values: Float32Array): Float32Array {
	const [height, width, inputs, outputs] = shape.length === 2 ? [1, 1, ...shape] : shape;
	if (shape.length === 1) return values;
	const ordered = new Float32Array(values.length);
	for (let output = 0, target = 0; output < outputs; output++) {
		for (let input = 0; input < inputs; input++) {
			for (let pixel = 0; pixel < height * width; pixel++, target++) {
				ordered[target] = values[(pixel * inputs + input) * outputs + output];
			}
		}
	}
	return ordered;
}

/** As `torch.save` of PyTorch 1.6 and later: every tensor in PyTorch's own order. */
export function pthOf(weights: InceptionWeights): Buffer {
	const pickle = gunzipSync(readFileSync(fixture('state.pkl.gz')));
	const storages = inceptionTensors().map(({ name }, key): [string, Buffer] => {
		const { shape, values } = weights.get(name)!;
		return [`inception/data/${key}`, rawBytes(pytorchValues(shape, values))];
	});
	return zipOf([['inception/data.pkl', pickle], ...storages, ['inception/version', Buffer.from('3\n')]]);
}

/** As `torch.save` before PyTorch 1.6: every tensor a permuted view of TensorFlow's order. */
export function oldPthOf(weights: InceptionWeights): Buffer {
	const parts: Buffer[] = [gunzipSync(readFileSync(fixture('old-state.pkl.gz')))];
	const names = new Map(inceptionTensors().map(({ pytorchName, name }) => [pytorchName, name]));
	for (const pytorchName of JSON.parse(readFileSync(fixture('old-state.json'), 'utf8')) as string[]) {
		const { values } = weights.get(names.get(pytorchName)!)!;
		const count = Buffer.alloc(8);
		count.writeBigInt64LE(BigInt(values.length));
		parts.push(count, rawBytes(values));
	}
	return Buffer.concat(parts);
}

interface Message {
	serializeBinary(): Uint8Array;
}
// The generated classes come without types.
// biome-ignore lint/suspicious/noExplicitAny: as above
type Generated = any;

export interface FrozenGraphOptions {
	/** Whether normalisations multiply by γ; the published graph has false. */
	readonly scale?: boolean;
	/** Constant added to variances, default 0.001. */
	readonly epsilon?: number;
	/** Changes the strides of each convolution. */
	readonly stridesOf?: (scope: string, stride: number) => number[];
	/** Changes the padding of each convolution. */
	readonly paddingOf?: (scope: string, padding: string) => string;
}

/** A frozen graph with all constants, convolutions and normalisations of Inception. */
export function frozenGraphOf(
	weights: InceptionWeights,
	{
		scale = true,
		epsilon = 0.001,
		stridesOf = (_, stride) => [1, stride, stride, 1],
		paddingOf = (_, padding) => padding,
	}: FrozenGraphOptions = {},
): Buffer {
	const proto: Generated = require('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js');
	const graph = new proto.GraphDef();
	const addNode = (name: string, operation: string, attributes: Record<string, Generated>): void => {
		const node = new proto.NodeDef();
		node.setName(name);
		node.setOp(operation);
		for (const [key, value] of Object.entries(attributes)) node.getAttrMap().set(key, value);
		graph.addNode(node);
	};
	const attribute = (set: (value: Generated) => void): Generated => {
		const value = new proto.AttrValue();
		set(value);
		return value;
	};
	for (const [name, { shape, values }] of weights) {
		const tensor = new proto.Tensor();
		tensor.setDtype(proto.DataType.DT_FLOAT);
		const tensorShape = new proto.TensorShape();
		for (const extent of shape) {
			const dimension = new proto.TensorShape.Dim();
			dimension.setSize(extent);
			tensorShape.addDim(dimension);
		}
		tensor.setTensorShape(tensorShape);
		tensor.setTensorContent(new Uint8Array(rawBytes(values)));
		addNode(name, 'Const', { value: attribute(value => value.setTensor(tensor)) });
	}
	for (const { tf: scope, stride, padding } of readInceptionLayers().convs) {
		const list = new proto.AttrValue.ListValue();
		list.setIList(stridesOf(scope, stride));
		addNode(`${scope}/Conv2D`, 'Conv2D', {
			strides: attribute(value => value.setList(list)),
			padding: attribute(value => value.setS(Buffer.from(paddingOf(scope, padding.toUpperCase())))),
		});
		addNode(`${scope}/batchnorm`, 'BatchNormWithGlobalNormalization', {
			variance_epsilon: attribute(value => value.setF(epsilon)),
			scale_after_normalization: attribute(value => value.setB(scale)),
		});
	}
	return Buffer.from((graph as Message).serializeBinary());
}

/** A tar archive (POSIX.1-1988 layout). */
export function tarOf(files: ReadonlyArray<readonly [name: string, content: Buffer]>): Buffer {
	const blocks = files.flatMap(([name, content]) => {
		const header = Buffer.alloc(512);
		header.write(name, 0);
		header.write(`0000644\0`, 100);
		header.write(`${content.length.toString(8).padStart(11, '0')} `, 124);
		header.write('        0ustar  ', 148);
		const sum = header.reduce((total, byte) => total + byte, 0);
		header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
		return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
	});
	return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
