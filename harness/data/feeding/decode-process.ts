// A process that decodes and crops pictures for one feed: TensorFlow's calls would block the thread that trains.
// It ends when its standard input does.
import { readSync } from 'node:fs';
import { createDecoder } from '../decoding/decoder.ts';
import { loadDecoderBinding } from '../decoding/decoder-binding.ts';
import { cropStream } from '../preparation/crop-stream.ts';
import { chooseWindow } from '../preparation/window.ts';
import type { DecodeProcessOptions } from './decode-protocol.ts';

const options = JSON.parse(process.argv[2]) as DecodeProcessOptions;
const { resolution, resize, crop, reduce, form, seed, split, threads } = options;
// Ctrl-C reaches the whole group; the training decides when it is done.
process.on('SIGINT', () => {});

const pause = new Int32Array(new SharedArrayBuffer(4));

function read(length: number): Uint8Array | undefined {
	const bytes = new Uint8Array(length);
	for (let got = 0; got < length; ) {
		try {
			const count = readSync(0, bytes, got, length - got, null);
			if (count === 0) return undefined;
			got += count;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
			// The other end has nothing yet.
			Atomics.wait(pause, 0, 0, 1);
		}
	}
	return bytes;
}
/** Resolves when the reader has room for more. */
const write = (bytes: Uint8Array): Promise<void> =>
	new Promise(resolve => void process.stdout.write(bytes, () => resolve()));
const numbers = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.buffer);

/** The same values as float32 in [0, 1]. */
function toUnit(values: Uint8Array | Float32Array): Float32Array {
	if (values instanceof Float32Array) return values;
	const unit = new Float32Array(values.length);
	for (let index = 0; index < unit.length; index++) unit[index] = values[index] / 255;
	return unit;
}

const decoder = createDecoder({
	binding: loadDecoderBinding(threads),
	...{ resolution, resize, form, slots: Math.min(32, Math.max(8, 4 * threads)) },
});
for (;;) {
	const head = read(8);
	if (!head) break;
	const [count, epoch] = numbers(head);
	const list = read(count * 8);
	if (!list) break;
	const pairs = numbers(list);
	const pictures: Array<{ image: number; bytes: Uint8Array }> = [];
	for (let position = 0; position < count; position++) {
		const bytes = read(pairs[2 * position + 1]);
		if (!bytes) process.exit(0);
		pictures.push({ image: pairs[2 * position], bytes });
	}
	const prepared = decoder.prepare(
		pictures.map(({ image, bytes }) => ({
			bytes,
			reduce,
			choose: (height, width) => chooseWindow(crop, height, width, cropStream(seed, split, epoch, image)),
		})),
	);
	const failed = prepared.findIndex(result => result instanceof Error);
	if (failed >= 0) {
		const message = Buffer.from(`${failed} ${(prepared[failed] as Error).message}`);
		await write(new Uint8Array(Uint32Array.of(message.length).buffer));
		await write(message);
		continue;
	}
	await write(new Uint8Array(Uint32Array.of(0).buffer));
	for (const result of prepared as Array<Uint8Array | Float32Array>) {
		const { buffer, byteOffset, byteLength } = toUnit(result);
		await write(new Uint8Array(buffer, byteOffset, byteLength));
	}
}
