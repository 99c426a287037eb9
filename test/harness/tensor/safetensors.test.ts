import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import {
	decodeSafetensors,
	encodeSafetensors,
	readSafetensors,
	type StoredTensors,
	writeSafetensors,
} from '../../../harness/tensor/safetensors.ts';

const content: StoredTensors = {
	tensors: new Map([
		['weight', { shape: [2, 1], values: Float32Array.of(1, -2) }],
		['steps', { shape: [], values: Int32Array.of(258) }],
		['nothing', { shape: [0, 3], values: new Float32Array(0) }],
	]),
	metadata: { format: 'test é' },
};

/** A file with this header and this many data bytes, put together by hand. */
function fileOf(header: string, dataBytes = 0): Buffer {
	const length = Buffer.alloc(8);
	length.writeUInt32LE(Buffer.byteLength(header));
	return Buffer.concat([length, Buffer.from(header), Buffer.alloc(dataBytes)]);
}

test('the bytes are those of the format', t => {
	const bytes = encodeSafetensors({
		tensors: new Map([['a', { shape: [2], values: Float32Array.of(1, -2) }]]),
		metadata: {},
	});
	const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
	t.is(bytes.readUInt32LE(0), 56);
	t.is(bytes.toString('utf8', 8, 64), `${header}  `);
	// 1 and -2 in IEEE 754, little-endian.
	t.is(bytes.toString('hex', 64), '0000803f000000c0');
});

test('what is written is read back, through a file', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'safetensors-'));
	const file = path.join(folder, 'deeper', 'weights.safetensors');
	writeSafetensors(file, content);
	t.deepEqual(readSafetensors(file), content);
	t.deepEqual(readdirSync(path.dirname(file)), ['weights.safetensors']);
	rmSync(folder, { recursive: true });
});

test('every truncation is refused', t => {
	const bytes = encodeSafetensors(content);
	for (let length = 0; length < bytes.length; length++) {
		t.throws(() => decodeSafetensors(bytes.subarray(0, length), 'w'), { instanceOf: UsageError });
	}
	t.throws(() => decodeSafetensors(Buffer.concat([bytes, Buffer.alloc(3)]), 'w'), {
		message: /3 bytes follow the last tensor/u,
	});
});

const malformed: ReadonlyArray<readonly [problem: string, bytes: Buffer, message: RegExp]> = [
	['a header that is not JSON', fileOf('{"a":'), /the header is not JSON/u],
	['a header that is no object', fileOf('[]'), /the header is no object/u],
	['an entry without offsets', fileOf('{"a":{"dtype":"F32","shape":[1]}}', 4), /tensor 'a' has no type/u],
	[
		'a negative extent',
		fileOf('{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}', 4),
		/tensor 'a' has no type/u,
	],
	[
		'another type',
		fileOf('{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}', 4),
		/tensor 'a' has type BF16/u,
	],
	[
		'a shape that does not fit its bytes',
		fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4),
		/tensor 'a' of shape \[2\] has 4 bytes/u,
	],
	[
		'a gap',
		fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', 8),
		/tensor 'a' begins at 4, expected 0/u,
	],
	['metadata that are no texts', fileOf('{"__metadata__":{"a":1}}'), /metadata are not texts/u],
	['a huge header length', Buffer.alloc(16, 255), /the header claims/u],
];

for (const [problem, bytes, message] of malformed) {
	test(`${problem} is refused`, t => {
		const error = t.throws(() => decodeSafetensors(bytes, 'weights.safetensors'), { instanceOf: UsageError });
		t.regex(error!.message, /^weights\.safetensors: not a safetensors file/u);
		t.regex(error!.message, message);
	});
}

test('names that look like numbers keep their data', t => {
	const tensors = new Map([
		['b', { shape: [1], values: Float32Array.of(5) }],
		['1', { shape: [1], values: Float32Array.of(6) }],
		['0', { shape: [0], values: new Float32Array(0) }],
		['2', { shape: [1], values: Int32Array.of(7) }],
	]);
	t.deepEqual(decodeSafetensors(encodeSafetensors({ tensors, metadata: {} }), 'w').tensors, tensors);
});

test('a missing file is refused by name', t => {
	t.throws(() => readSafetensors('/nowhere/w.safetensors'), {
		instanceOf: UsageError,
		message: /^\/nowhere\/w\.safetensors: cannot be read/u,
	});
});

test('values that do not fit their shape are not written', t => {
	const tensors = new Map([['a', { shape: [3], values: new Float32Array(2) }]]);
	t.throws(() => encodeSafetensors({ tensors, metadata: {} }), {
		instanceOf: RangeError,
		message: 'a: shape [3] holds 3 values, got 2',
	});
});
