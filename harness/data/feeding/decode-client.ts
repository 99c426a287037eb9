import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '../../errors.ts';
import type { DecodeProcessOptions } from './decode-protocol.ts';

/** A picture that does not decode. */
export class UndecodableError extends Error {
	/** Which of the pictures of the request. */
	readonly picture: number;

	constructor(picture: number, message: string) {
		super(message);
		this.picture = picture;
	}
}

export interface DecodeClient {
	/**
	 * Decodes a batch. One at a time.
	 *
	 * @param pictures files with the numbers that their crops are drawn by
	 * @param target gets float32 [pictures, resolution, resolution, 3] in [0, 1], as bytes
	 * @throws UndecodableError for a picture that does not decode
	 * @throws EnvironmentError if the process ended
	 */
	decode(
		pictures: ReadonlyArray<{ readonly image: number; readonly bytes: Uint8Array }>,
		epoch: number,
		target: Uint8Array,
	): Promise<void>;
	close(): void;
}

/** Starts a process that decodes; it uses half a gigabyte, nearly all of it TensorFlow's library. */
export function startDecodeProcess(options: DecodeProcessOptions): DecodeClient {
	const hook = new URL('../../runtime/register-typescript.js', import.meta.url).href;
	const program = fileURLToPath(new URL('./decode-process.ts', import.meta.url));
	const child = spawn(process.execPath, ['--import', hook, program, JSON.stringify(options)], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	let take: ((chunk: Uint8Array) => Uint8Array) | undefined;
	let fail: ((error: Error) => void) | undefined;
	let ended: Error | undefined;
	const end = (how: string): void => {
		ended ??= new EnvironmentError(
			`feed: the process that decodes pictures ended (${how})`,
			'run `npx fewer-labels doctor`; the memory may be too small',
		);
		fail?.(ended);
	};
	child.on('error', error => end(error.message));
	child.on('exit', (code, signal) => end(signal ?? `status ${code}`));
	child.stdin.on('error', () => {});
	child.stdout.on('data', (chunk: Buffer) => {
		let rest: Uint8Array = chunk;
		while (rest.length > 0 && take) rest = take(rest);
	});

	/** Fills the array from what the process writes. */
	const receive = (target: Uint8Array): Promise<void> =>
		new Promise((resolve, reject) => {
			let got = 0;
			fail = reject;
			take = chunk => {
				const part = chunk.subarray(0, target.length - got);
				target.set(part, got);
				got += part.length;
				if (got === target.length) {
					take = undefined;
					child.stdout.pause();
					resolve();
				}
				// What follows belongs to the next reading.
				if (part.length < chunk.length) child.stdout.unshift(chunk.subarray(part.length));
				return new Uint8Array();
			};
			child.stdout.resume();
		});

	return {
		async decode(pictures, epoch, target) {
			if (ended) throw ended;
			child.stdin.write(new Uint8Array(Uint32Array.of(pictures.length, epoch).buffer));
			const pairs = pictures.flatMap(({ image, bytes }) => [image, bytes.length]);
			child.stdin.write(new Uint8Array(Uint32Array.from(pairs).buffer));
			for (const { bytes } of pictures) child.stdin.write(bytes);
			const head = new Uint8Array(4);
			await receive(head);
			const [messageLength] = new Uint32Array(head.buffer);
			if (messageLength === 0) return receive(target);
			const bytes = new Uint8Array(messageLength);
			await receive(bytes);
			const [, picture, message] = /^(\d+) (.*)$/su.exec(Buffer.from(bytes).toString()) ?? ['', '0', ''];
			throw new UndecodableError(Number(picture), message);
		},
		close() {
			child.removeAllListeners('exit');
			child.stdin.end();
			child.unref();
		},
	};
}
