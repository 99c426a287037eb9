// JPEG → random square → 128 × 128 bytes, images a second on one core: this project beside Pillow and torchvision.
// The contestants take turns on the same pictures and windows in short slices, so that a busy machine is busy for
// all; ratios are of the medians over all slices, of processor time, and of the clock beside it. From the repository
// root:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/data/decode.ts FOLDER [--python python3] \
//     [--pictures 400] [--slice 20] [--rounds 5] [--resolution 128]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createDecoder } from '../../../harness/data/decoding/decoder.ts';
import { loadDecoderBinding } from '../../../harness/data/decoding/decoder-binding.ts';
import { readJpegSize } from '../../../harness/data/decoding/jpeg-size.ts';
import { cropStream } from '../../../harness/data/preparation/crop-stream.ts';
import { drawDistortedSquare } from '../../../harness/data/preparation/window.ts';
import { listPictures } from '../../../harness/metrics/sources/picture-folder.ts';
import { median } from '../../../harness/statistics/median.ts';

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: {
		python: { type: 'string', default: 'python3' },
		pictures: { type: 'string', default: '400' },
		slice: { type: 'string', default: '20' },
		rounds: { type: 'string', default: '5' },
		resolution: { type: 'string', default: '128' },
	},
});
const [slice, rounds, resolution] = [values.slice, values.rounds, values.resolution].map(Number);
const files = listPictures(positionals[0])
	.map(file => ({ file, bytes: new Uint8Array(readFileSync(file)) }))
	.filter(({ bytes }) => readJpegSize(bytes)?.components === 3)
	.slice(0, Number(values.pictures));
const pictures = files.map(({ file, bytes }, index) => {
	const { height, width } = readJpegSize(bytes)!;
	return { file, bytes, window: drawDistortedSquare(height, width, cropStream(1, 'bench', 0, index)) };
});
const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-bench-'));
const list = path.join(folder, 'list.json');
writeFileSync(
	list,
	JSON.stringify(
		pictures.map(({ file, window: { top, left, height, width } }) => ({
			file,
			window: [top, left, height, width],
		})),
	),
);
const peer = spawn(values.python, [fileURLToPath(new URL('./decode_peers.py', import.meta.url)), list], {
	stdio: ['pipe', 'pipe', 'inherit'],
	env: { ...process.env, OMP_NUM_THREADS: '1' },
});
const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
const nextLine = async () => JSON.parse((await lines.next()).value as string);
const peers = (await nextLine()) as string[];

const decoder = createDecoder({
	binding: loadDecoderBinding(1),
	...{ resolution, resize: 'bilinear-legacy', form: 'bytes', slots: 16 },
});
type Seconds = readonly [clock: number, processor: number];
function runOurs(from: number, to: number, reduce: boolean): Seconds {
	const [clock, processor] = [performance.now(), process.cpuUsage()];
	decoder.prepare(
		pictures.slice(from, to).map(({ bytes, window }) => ({ bytes, reduce, choose: () => window })),
	);
	const { user, system } = process.cpuUsage(processor);
	return [(performance.now() - clock) / 1000, (user + system) / 1e6];
}
async function runPeer(name: string, from: number, to: number): Promise<Seconds> {
	peer.stdin.write(`${JSON.stringify([name, from, to, resolution])}\n`);
	return nextLine();
}
/** Recipes by the names of the contestants, and whether they reduce. */
const ours = new Map([
	['fewer-labels s3gan', false],
	['fewer-labels s3gan-reduced', true],
]);
const measured = new Map<string, Seconds[]>([...ours.keys(), ...peers].map(name => [name, []]));
for (let round = -1; round < rounds; round++) {
	for (let from = 0; from + slice <= pictures.length; from += slice) {
		for (const name of measured.keys()) {
			const reduce = ours.get(name);
			const seconds =
				reduce === undefined ? await runPeer(name, from, from + slice) : runOurs(from, from + slice, reduce);
			// The first round warms everybody up.
			if (round >= 0) measured.get(name)!.push([seconds[0] / slice, seconds[1] / slice]);
		}
	}
}
peer.stdin.end();
await once(peer, 'exit');
rmSync(folder, { recursive: true });
const summary = [...measured].map(([name, slices]) => ({
	name,
	clockMs: 1000 * median(slices.map(([clock]) => clock)),
	processorMs: 1000 * median(slices.map(([, processor]) => processor)),
}));
const [own, reduced] = summary;
const contestants = summary.map(({ name, clockMs, processorMs }) => ({
	name,
	imagesPerSecondPerCore: Math.round(1000 / processorMs),
	processorMs: Number(processorMs.toFixed(3)),
	clockMs: Number(clockMs.toFixed(3)),
	timesOursProcessor: Number((processorMs / own.processorMs).toFixed(2)),
	timesOursClock: Number((clockMs / own.clockMs).toFixed(2)),
	timesReducedProcessor: Number((processorMs / reduced.processorMs).toFixed(2)),
}));
const machine = { processor: cpus()[0].model, cores: cpus().length };
process.stdout.write(
	`${JSON.stringify({ pictures: pictures.length, resolution, slice, rounds, machine, contestants }, undefined, '\t')}\n`,
);
