import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readJpegSize } from '../../../harness/data/decoding/jpeg-size.ts';
import { cropStream } from '../../../harness/data/preparation/crop-stream.ts';
import { drawDistortedSquare, type Window } from '../../../harness/data/preparation/window.ts';
import { listPictures } from '../../../harness/metrics/sources/picture-folder.ts';

/** A picture and the square of it that all contestants take. */
export interface BenchPicture {
	readonly file: string;
	readonly bytes: Uint8Array;
	readonly height: number;
	readonly width: number;
	readonly window: Window;
}

/** The first JPEG pictures with colors of a folder. */
export function readPictures(folder: string, most: number): BenchPicture[] {
	return listPictures(folder)
		.pictures.map(file => ({ file, bytes: new Uint8Array(readFileSync(file)) }))
		.filter(({ bytes }) => readJpegSize(bytes)?.components === 3)
		.slice(0, most)
		.map(({ file, bytes }, index) => {
			const { height, width } = readJpegSize(bytes)!;
			const window = drawDistortedSquare(height, width, cropStream(1, 'bench', 0, index));
			return { file, bytes, height, width, window };
		});
}

/** Seconds. */
export type Seconds = readonly [clock: number, processor: number];

/** Time of some work of this process. */
export function time(work: () => void): Seconds {
	const [clock, processor] = [performance.now(), process.cpuUsage()];
	work();
	const { user, system } = process.cpuUsage(processor);
	return [(performance.now() - clock) / 1000, (user + system) / 1e6];
}

/**
 * Starts `decode_peers.py` on these pictures.
 *
 * @param kind `all`: from the file to the resized square; `parts`: decoding alone
 */
export async function startPeers(python: string, pictures: readonly BenchPicture[], kind: 'all' | 'parts') {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-bench-'));
	const list = path.join(folder, 'list.json');
	const entries = pictures.map(({ file, window: { top, left, height, width } }) => ({
		file,
		window: [top, left, height, width],
	}));
	writeFileSync(list, JSON.stringify(entries));
	const script = fileURLToPath(new URL('./decode_peers.py', import.meta.url));
	const child = spawn(python, [script, list, kind], {
		stdio: ['pipe', 'pipe', 'inherit'],
		env: { ...process.env, OMP_NUM_THREADS: '1' },
	});
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const nextLine = async () => JSON.parse((await lines.next()).value as string);
	return {
		names: (await nextLine()) as string[],
		/** @param to the first picture that is left out */
		async run(name: string, from: number, to: number, resolution: number): Promise<Seconds> {
			child.stdin.write(`${JSON.stringify([name, from, to, resolution])}\n`);
			return nextLine();
		},
		async close(): Promise<void> {
			child.stdin.end();
			await once(child, 'exit');
			rmSync(folder, { recursive: true });
		},
	};
}
