import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../../../errors.ts';
import { decodeSafetensors } from '../../../tensor/safetensors.ts';
import type { InceptionWeights } from '../weights.ts';
import { type FoundTensors, largestWeightsBytes, unreadable } from './found-tensors.ts';
import { readFrozenGraph } from './frozen-graph.ts';
import { isOldPyTorchFile, readOldStateDictionary } from './pytorch.ts';
import { readGraphFromTarGzip } from './tar-archive.ts';
import { toInceptionWeights } from './to-inception-weights.ts';
import { readZipFile } from './zip-file.ts';

export type WeightsFormat =
	| 'TensorFlow frozen graph'
	| 'PyTorch state dictionary'
	| 'NumPy archive'
	| 'safetensors';

export interface ReadWeights {
	readonly weights: InceptionWeights;
	readonly format: WeightsFormat;
	/** SHA-256, in hex, of the file; of the graph within, if the file is an archive. */
	readonly sha256: string;
	/** Name of the graph within an archive; undefined if the file is none. */
	readonly member?: string;
}

/** What people are told instead of the system's message. */
const readProblems: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file',
	EISDIR: 'it is a folder',
	EACCES: 'you may not read it',
};

function readAll(file: string): Buffer {
	try {
		const { size } = statSync(file);
		if (size > largestWeightsBytes) throw unreadable(file, `it has ${size} bytes, Inception takes 96 MB`);
		return readFileSync(file);
	} catch (error) {
		if (error instanceof UsageError) throw error;
		const { code, message } = error as NodeJS.ErrnoException;
		throw unreadable(file, readProblems[code ?? ''] ?? message, error);
	}
}

function readSafetensorsFile(bytes: Buffer, file: string): FoundTensors {
	const { tensors } = decodeSafetensors(bytes, file);
	return new Map(
		[...tensors].map(([name, { shape, values }]) => {
			const isFloat = values instanceof Float32Array;
			return [name, { shape, type: isFloat ? 'float32' : 'int32', values: isFloat ? values : undefined }];
		}),
	);
}

/** By the first bytes, not by the name: a file called `.pb` may be anything. */
async function readTensors(
	bytes: Buffer,
	file: string,
): Promise<{ found: FoundTensors; format: WeightsFormat; digested: Buffer; member?: string }> {
	if (bytes.length === 0) throw unreadable(file, 'it is empty');
	if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
		const { name, content } = readGraphFromTarGzip(bytes, file);
		const found = readFrozenGraph(content, `${file} '${name}'`);
		return { found, format: 'TensorFlow frozen graph', digested: content, member: name };
	}
	if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
		return { ...(await readZipFile(file)), digested: bytes };
	}
	if (isOldPyTorchFile(bytes)) {
		const found = await readOldStateDictionary(bytes, file);
		return { found, format: 'PyTorch state dictionary', digested: bytes };
	}
	if (bytes[0] === 0x80) {
		throw unreadable(
			file,
			'it is a pickle that PyTorch did not write; only dictionaries of tensors are read',
		);
	}
	if (bytes.subarray(1, 6).toString('latin1') === 'NUMPY') {
		throw unreadable(file, 'it is one NumPy array, expected an .npz of all 472 tensors');
	}
	// A safetensors file begins with the length of its header, in 8 bytes, and its header with a brace.
	if (bytes[8] === 0x7b && bytes.readUInt32LE(4) === 0) {
		return { found: readSafetensorsFile(bytes, file), format: 'safetensors', digested: bytes };
	}
	// A graph begins with a field of a graph: nodes, versions or a library, each with a length.
	if (![0x0a, 0x12, 0x22].includes(bytes[0])) {
		throw unreadable(
			file,
			'it is no TensorFlow graph, PyTorch dictionary, NumPy archive or safetensors file',
		);
	}
	return { found: readFrozenGraph(bytes, file), format: 'TensorFlow frozen graph', digested: bytes };
}

/**
 * Reads Inception's weights from a file of any known format, told by its content.
 *
 * @throws UsageError if the file is missing, damaged, hostile, or lacks a tensor
 */
export async function readInceptionWeights(file: string): Promise<ReadWeights> {
	const bytes = readAll(file);
	const { found, format, digested, member } = await readTensors(bytes, file);
	const weights = toInceptionWeights(found, file);
	const sha256 = createHash('sha256').update(digested).digest('hex');
	return { weights, format, sha256, ...(member === undefined ? {} : { member }) };
}
