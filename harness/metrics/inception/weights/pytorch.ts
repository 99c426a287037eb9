import { gatherStrided } from '../../../tensor/npy.ts';
import { type FoundTensor, type FoundTensors, largestWeightsBytes, unreadable } from './found-tensors.ts';
import { type Pickled, type PickledCall, type PickledReference, readPickle } from './pickle.ts';

/** Names of the element types by the storage type in the pickle, with their sizes in bytes. */
const storageTypes: Readonly<Record<string, readonly [type: string, bytes: number]>> = {
	'torch.FloatStorage': ['float32', 4],
	'torch.DoubleStorage': ['float64', 8],
	'torch.HalfStorage': ['float16', 2],
	'torch.BFloat16Storage': ['bfloat16', 2],
	'torch.LongStorage': ['int64', 8],
	'torch.IntStorage': ['int32', 4],
	'torch.ShortStorage': ['int16', 2],
	'torch.CharStorage': ['int8', 1],
	'torch.ByteStorage': ['uint8', 1],
	'torch.BoolStorage': ['bool', 1],
};

interface Storage {
	readonly key: string;
	readonly type: string;
	/** Size of an element in bytes. */
	readonly elementBytes: number;
	readonly count: number;
}

/** Gives the bytes of a storage. */
export type ReadStorage = (storage: Storage) => Buffer | Promise<Buffer>;

function toStorage({ reference }: PickledReference, file: string): Storage {
	const [kind, type, key, , count, view = null] = Array.isArray(reference) ? reference : [];
	const name = type !== null && typeof type === 'object' && 'global' in type ? type.global : '';
	const known = storageTypes[name];
	const counts = typeof count === 'number' && Number.isSafeInteger(count) && count >= 0;
	if (kind !== 'storage' || !known || typeof key !== 'string' || !counts || view !== null) {
		throw unreadable(file, 'its pickle refers to data in a way that no tensor does');
	}
	return { key, type: known[0], elementBytes: known[1], count };
}

const isNaturals = (value: unknown): value is number[] =>
	Array.isArray(value) && value.every(item => Number.isSafeInteger(item) && item >= 0);

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

interface TensorView {
	readonly storage: Storage;
	readonly offset: number;
	readonly shape: readonly number[];
	readonly strides: readonly number[];
}

/** The call that this value is, if it is one of this function. */
const callOf = (value: Pickled, name: string): PickledCall | undefined =>
	value !== null && typeof value === 'object' && 'call' in value && value.call === name ? value : undefined;

/** The tensor that PyTorch would build from this value; undefined if it is none. */
function toView(value: Pickled, file: string): TensorView | undefined {
	const parameter = callOf(value, 'torch._utils._rebuild_parameter');
	const call = callOf(parameter?.arguments[0] ?? value, 'torch._utils._rebuild_tensor_v2');
	if (!call) return undefined;
	const [reference, offset, shape, strides] = call.arguments;
	const refers = reference !== null && typeof reference === 'object' && 'reference' in reference;
	if (!refers || !isNaturals([offset]) || !isNaturals(shape) || !isNaturals(strides) || shape.length > 8) {
		throw unreadable(file, 'its pickle describes a tensor without data, shape or strides');
	}
	return { storage: toStorage(reference, file), offset: offset as number, shape, strides };
}

/** For messages: names as they are, cut to a readable length; other values, which may be endless, by their kind. */
const shown = (value: Pickled): string => (typeof value === 'string' ? value.slice(0, 80) : typeof value);

/** The tensors of a state dictionary, in its order, not yet read. */
function viewsOf(dictionary: Pickled, file: string): Map<string, TensorView> {
	if (!(dictionary instanceof Map)) throw unreadable(file, 'it holds no dictionary of tensors');
	const views = new Map<string, TensorView>();
	let total = 0;
	for (const [name, value] of dictionary) {
		const view = typeof name === 'string' ? toView(value, file) : undefined;
		if (!view) throw unreadable(file, `its entry '${shown(name)}' is no tensor`);
		const { storage, shape, strides, offset } = view;
		const empty = shape.includes(0);
		const last = shape.reduce((position, extent, axis) => position + (extent - 1) * strides[axis], offset);
		if (strides.length !== shape.length || (!empty && !(last < storage.count))) {
			throw unreadable(
				file,
				`'${name}' of shape [${shape}] and strides [${strides}] lies outside its ${storage.count} values`,
			);
		}
		// Many names may refer to one storage: what counts is what they would take in memory.
		total += sizeOf(shape) * storage.elementBytes;
		if (total > largestWeightsBytes) {
			throw unreadable(file, `its tensors would take more than ${largestWeightsBytes} bytes`);
		}
		views.set(name as string, view);
	}
	return views;
}

async function readViews(
	views: ReadonlyMap<string, TensorView>,
	readStorage: ReadStorage,
	file: string,
): Promise<FoundTensors> {
	const found = new Map<string, FoundTensor>();
	for (const [name, view] of views) {
		const { storage, shape } = view;
		let values: Float32Array | undefined;
		if (storage.type === 'float32') {
			// Strides of 0 would make a large tensor of a small storage; no weight is made so.
			if (sizeOf(shape) > storage.count) {
				throw unreadable(file, `'${name}' of shape [${shape}] repeats its ${storage.count} values`);
			}
			const bytes = await readStorage(storage);
			if (bytes.length !== storage.count * storage.elementBytes) {
				throw unreadable(
					file,
					`'${name}' needs ${storage.count * storage.elementBytes} bytes of data, got ${bytes.length}`,
				);
			}
			values = gatherStrided(new Float32Array(new Uint8Array(bytes).buffer), view);
		}
		found.set(name, { shape, type: storage.type, values });
	}
	return found;
}

/**
 * Reads a state dictionary as PyTorch 1.6 and later save it: a zip file whose entries are these.
 *
 * @param pickle entry `data.pkl`
 * @param readStorage gives the entry `data/<key>`
 */
export async function readZippedStateDictionary(
	pickle: Buffer,
	readStorage: ReadStorage,
	file: string,
): Promise<FoundTensors> {
	return readViews(viewsOf(readPickle(pickle, file).value, file), readStorage, file);
}

/** The number that PyTorch before 1.6 starts its files with, as a pickle. */
const oldMagic = Buffer.from('80028a0a6cfc9c46f920', 'hex');

/** Whether these are the first bytes of a file that PyTorch before 1.6 saved. */
export const isOldPyTorchFile = (bytes: Buffer): boolean =>
	bytes.subarray(0, oldMagic.length).equals(oldMagic);

/**
 * Reads a state dictionary as PyTorch before 1.6 saved it, pytorch-fid's weights among them: pickles of a magic
 * number, a version, the sizes of C types, the dictionary and the order of the storages, then the storages, each
 * an element count (int64) and raw values.
 *
 * @throws UsageError if something is missing, malformed, or no tensor
 */
export async function readOldStateDictionary(bytes: Buffer, file: string): Promise<FoundTensors> {
	let position = 0;
	const next = (): Pickled => {
		const { value, length } = readPickle(bytes.subarray(position), file);
		position += length;
		return value;
	};
	next(); // magic number
	const version = next();
	if (version !== 1001)
		throw unreadable(
			file,
			`its format version is ${typeof version === 'number' ? version : shown(version)}, expected 1001`,
		);
	const system = next();
	if (!(system instanceof Map) || system.get('little_endian') !== true) {
		throw unreadable(file, 'its numbers are not little-endian');
	}
	const views = viewsOf(next(), file);
	const keys = next();
	if (!Array.isArray(keys)) throw unreadable(file, 'it does not list its storages');
	const storages = new Map([...views.values()].map(({ storage }) => [storage.key, storage]));
	const data = new Map<string, Buffer>();
	for (const key of keys) {
		const storage = typeof key === 'string' ? storages.get(key) : undefined;
		if (!storage) throw unreadable(file, `it holds a storage '${shown(key)}' of no tensor`);
		const count = position + 8 <= bytes.length ? Number(bytes.readBigInt64LE(position)) : undefined;
		if (count !== storage.count) {
			throw unreadable(
				file,
				`storage '${storage.key}' has ${count ?? 'no'} elements, expected ${storage.count}`,
			);
		}
		const start = position + 8;
		position = start + count * storage.elementBytes;
		if (position > bytes.length) {
			throw unreadable(
				file,
				`storage '${storage.key}' ends at byte ${position}, the file has ${bytes.length}; it is cut short`,
			);
		}
		data.set(storage.key, bytes.subarray(start, position));
	}
	return readViews(views, ({ key }) => data.get(key) ?? Buffer.alloc(0), file);
}
