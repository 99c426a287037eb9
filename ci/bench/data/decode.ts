// JPEG → random square → 128 × 128 bytes, images a second on one core: this project beside Pillow and torchvision.
// The contestants take turns on the same pictures and windows in short slices, so that a busy machine is busy for
// all; ratios are of the medians over all rounds, each of all pictures, of processor time, and of the clock beside it.
// From the repository root:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/data/decode.ts FOLDER [--python python3] \
//     [--pictures 400] [--slice 20] [--rounds 5] [--resolution 128]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { createDecoder } from '../../../harness/data/decoding/decoder.ts';
import { loadDecoderBinding } from '../../../harness/data/decoding/decoder-binding.ts';
import { median } from '../../../harness/statistics/median.ts';
import { readPictures, type Seconds, startPeers, time } from './pictures.ts';

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
const pictures = readPictures(positionals[0], Number(values.pictures));
const peers = await startPeers(values.python, pictures, 'all');

const decoder = createDecoder({
	binding: loadDecoderBinding(1),
	...{ resolution, resize: 'bilinear-legacy', form: 'bytes', slots: 16 },
});
const runOurs = (from: number, to: number, reduce: boolean): Seconds =>
	time(() => {
		const part = pictures.slice(from, to);
		decoder.prepare(part.map(({ bytes, window }) => ({ bytes, reduce, choose: () => window })));
	});
/** Recipes by the names of the contestants, and whether they reduce. */
const ours = new Map([
	['fewer-labels s3gan', false],
	['fewer-labels s3gan-reduced', true],
]);
const measured = new Map<string, Seconds[]>([...ours.keys(), ...peers.names].map(name => [name, []]));
for (let round = -1; round < rounds; round++) {
	const sums = new Map<string, Seconds>();
	for (let from = 0; from < pictures.length; from += slice) {
		const to = Math.min(from + slice, pictures.length);
		for (const name of measured.keys()) {
			const reduce = ours.get(name);
			const seconds =
				reduce === undefined ? await peers.run(name, from, to, resolution) : runOurs(from, to, reduce);
			const [clock, processor] = sums.get(name) ?? [0, 0];
			sums.set(name, [clock + seconds[0], processor + seconds[1]]);
		}
	}
	// The first round warms everybody up.
	if (round < 0) continue;
	for (const [name, [clock, processor]] of sums) {
		measured.get(name)!.push([clock / pictures.length, processor / pictures.length]);
	}
}
await peers.close();
const summary = [...measured].map(([name, means]) => ({
	name,
	clockMs: 1000 * median(means.map(([clock]) => clock)),
	processorMs: 1000 * median(means.map(([, processor]) => processor)),
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
