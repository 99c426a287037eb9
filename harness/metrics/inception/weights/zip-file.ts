import { EnvironmentError } from '../../../errors.ts';
import { readFloat32Npy } from '../../../tensor/npy.ts';
import { readZipBytes, readZipEntries, type ZipEntry } from '../../../tensor/provision/zip-reader.ts';
import { type FoundTensor, type FoundTensors, largestWeightsBytes, unreadable } from './found-tensors.ts';
import { readZippedStateDictionary } from './pytorch.ts';

/** Reads entries; a damaged archive is told as a damaged file of weights. */
async function reading<Result>(file: string, read: () => Promise<Result>): Promise<Result> {
	try {
		return await read();
	} catch (error) {
		if (!(error instanceof EnvironmentError)) throw error;
		throw unreadable(file, error.message.replace(`${file}: `, ''), error);
	}
}

/** NumPy's names of types that a person may meet. */
const types: Readonly<Record<string, string>> = { '<f4': 'float32', '<f2': 'float16', '<f8': 'float64' };

async function readNpz(file: string, entries: readonly ZipEntry[]): Promise<FoundTensors> {
	const found = new Map<string, FoundTensor>();
	for (const entry of entries) {
		const name = entry.name.replace(/\.npy$/u, '');
		const bytes = await reading(file, () => readZipBytes(file, entry));
		const { shape, descr, values } = readFloat32Npy(bytes, `${file} '${name}'`);
		found.set(name, { shape, type: types[descr] ?? descr, values });
	}
	return found;
}

async function readPyTorch(
	file: string,
	entries: readonly ZipEntry[],
	pickle: ZipEntry,
): Promise<FoundTensors> {
	const root = pickle.name.slice(0, -'data.pkl'.length);
	const byName = new Map(entries.map(entry => [entry.name, entry]));
	if (entries.some(({ name }) => name.startsWith(`${root}code/`))) {
		throw unreadable(file, 'it is a TorchScript program; only a dictionary of tensors is read');
	}
	const order = byName.get(`${root}byteorder`);
	if (order && (await reading(file, () => readZipBytes(file, order))).toString() !== 'little') {
		throw unreadable(file, 'its numbers are not little-endian');
	}
	return readZippedStateDictionary(
		await reading(file, () => readZipBytes(file, pickle)),
		async ({ key }) => {
			const entry = byName.get(`${root}data/${key}`);
			if (!entry) throw unreadable(file, `it has no entry '${root}data/${key}', which a tensor refers to`);
			return reading(file, () => readZipBytes(file, entry));
		},
		file,
	);
}

/**
 * Reads a zip file of tensors: NumPy's `.npz` or PyTorch's `.pth`.
 *
 * @throws UsageError if it is damaged, claims to unpack to more than any Inception, or holds neither
 */
export async function readZipFile(
	file: string,
): Promise<{ found: FoundTensors; format: 'NumPy archive' | 'PyTorch state dictionary' }> {
	const entries = await reading(file, () => readZipEntries(file));
	const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
	if (total > largestWeightsBytes) {
		throw unreadable(file, `it would unpack to ${total} bytes, Inception takes 96 MB`);
	}
	const pickle = entries.find(({ name }) => name === 'data.pkl' || /^[^/]+\/data\.pkl$/u.test(name));
	if (pickle) {
		return { found: await readPyTorch(file, entries, pickle), format: 'PyTorch state dictionary' };
	}
	if (entries.length > 0 && entries.every(({ name }) => name.endsWith('.npy'))) {
		return { found: await readNpz(file, entries), format: 'NumPy archive' };
	}
	const first = entries[0]?.name;
	throw unreadable(
		file,
		`it is a zip file of neither NumPy nor PyTorch${first ? ` (first entry '${first}')` : ''}`,
	);
}
