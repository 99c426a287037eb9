// Where the time of decode.ts goes: the same graph as a training's, on one thread, stopped after each of its steps and
// with other settings, and the decoding alone of Pillow and sharp. All take turns on the same pictures; each figure is the
// median over the rounds of processor time for a picture. From the repository root:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/data/decode-parts.ts FOLDER [--python python3] \
//     [--pictures 400] [--rounds 15] [--resolution 128]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { buildDecodeGraph } from '../../../harness/data/decoding/decode-graph.ts';
import { loadDecoderBinding } from '../../../harness/data/decoding/decoder-binding.ts';
import {
	chooseReduction,
	type Reduction,
	reducedExtent,
	reduceWindow,
} from '../../../harness/data/decoding/reduction.ts';
import { median } from '../../../harness/statistics/median.ts';
import type { GraphAttribute, GraphNode } from '../../../harness/tensor/compile/graph.ts';
import { encodeSavedModel, savedModelTag } from '../../../harness/tensor/compile/saved-model.ts';
import { type BenchPicture, readPictures, startPeers, time } from './pictures.ts';

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: {
		python: { type: 'string', default: 'python3' },
		pictures: { type: 'string', default: '400' },
		rounds: { type: 'string', default: '15' },
		resolution: { type: 'string', default: '128' },
	},
});
const [rounds, resolution] = [values.rounds, values.resolution].map(Number);
const pictures = readPictures(positionals[0], Number(values.pictures));
const binding = loadDecoderBinding(1);
const slotCount = 16;

type Stop = 'fed' | 'decoded' | 'resized' | 'bytes';
interface Variant {
	readonly stop: Stop;
	/** Default: that of the recipe s3gan-reduced. */
	readonly ratio?: Reduction;
	/** In place of the decoding kernel's own. */
	readonly settings?: Readonly<Record<string, GraphAttribute>>;
	/** Columns beside the window. Default 4. */
	readonly margin?: number;
}
const variants: Readonly<Record<string, Variant>> = {
	s3gan: { ratio: 1, stop: 'bytes' },
	's3gan, not rounded': { ratio: 1, stop: 'resized' },
	's3gan, not resized': { ratio: 1, stop: 'decoded' },
	's3gan-reduced': { stop: 'bytes' },
	's3gan-reduced, not rounded': { stop: 'resized' },
	's3gan-reduced, not resized': { stop: 'decoded' },
	's3gan-reduced, not decoded': { stop: 'fed' },
	'colors not smoothed': { stop: 'bytes', settings: { fancy_upscaling: { truth: false } } },
	'accurate transform': { stop: 'bytes', settings: { dct_method: { text: 'INTEGER_ACCURATE' } } },
	'no column beside the window': { stop: 'bytes', margin: 0 },
	'all at 1/4': { ratio: 4, stop: 'bytes' },
	'all at 1/8, not resized': { ratio: 8, stop: 'decoded' },
};

/** Loads the graph of a ratio with an output after each of its steps: the last number of its shape costs nothing. */
function loadGraph(ratio: Reduction, settings: Variant['settings']) {
	const { nodes, slots } = buildDecodeGraph(slotCount, resolution, ratio);
	const int32 = { type: 3 };
	const stops = slots.flatMap((slot, index): GraphNode[] => {
		const device = '/device:CPU:0';
		const shape = (name: string, input: string, type: number): GraphNode => ({
			...{ name: `${name}_${index}`, operation: 'Shape', inputs: [`${input}_${index}:0`], device },
			attributes: { T: { type }, out_type: int32 },
		});
		const inputs = [`${slot.decoded}:0`];
		return [
			{ name: `fed_${index}`, operation: 'Identity', inputs, attributes: { T: int32 }, device },
			shape('decodedShape', 'picture', 4),
			shape('resizedShape', 'resized', 1),
		];
	});
	const changed = nodes.map(node =>
		node.operation === 'DecodeAndCropJpeg'
			? { ...node, attributes: { ...node.attributes, ...settings } }
			: node,
	);
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-bench-'));
	try {
		writeFileSync(path.join(folder, 'saved_model.pb'), encodeSavedModel([...changed, ...stops]));
		return { slots, graph: binding.loadSavedModel(folder, savedModelTag) };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Runs all pictures, those of a reduction together, as many as the graph has slots at a time. */
function prepareVariant({ stop, ratio: fixed, settings, margin = 4 }: Variant): () => void {
	const batches: Array<{ ratio: Reduction; list: BenchPicture[] }> = [];
	for (const picture of pictures) {
		const ratio = fixed ?? chooseReduction(picture.window, resolution);
		const open = batches.find(batch => batch.ratio === ratio && batch.list.length < slotCount);
		if (open) open.list.push(picture);
		else batches.push({ ratio, list: [picture] });
	}
	const ratios = new Set(batches.map(({ ratio }) => ratio));
	const graphs = new Map([...ratios].map(ratio => [ratio, loadGraph(ratio, settings)]));
	return () => {
		for (const { ratio, list } of batches) {
			const { slots, graph } = graphs.get(ratio)!;
			const names: string[] = [];
			const outputs: string[] = [];
			const made = list.flatMap((picture, index) => {
				const window = reduceWindow(picture.window, picture, ratio);
				const left = Math.max(0, window.left - margin);
				const right = Math.min(reducedExtent(picture.width, ratio), window.left + window.width + margin);
				const { contents, decoded, begin, extent, bytes } = slots[index];
				names.push(...[contents, decoded, begin, extent].map(name => `${name}:0`));
				outputs.push(
					stop === 'bytes' ? bytes : stop === 'fed' ? `fed_${index}:0` : `${stop}Shape_${index}:0`,
				);
				const integers = (...numbers: number[]): number =>
					binding.createTensor([numbers.length], binding.TF_INT32, Int32Array.from(numbers));
				return [
					binding.createTensor([], binding.TF_STRING, [picture.bytes]),
					integers(window.top, left, window.height, right - left),
					integers(0, window.left - left, 0),
					integers(window.height, window.width, 3),
				];
			});
			const results = binding.runSavedModel(graph, made, names.join(','), outputs.join(','));
			for (const { id } of results) binding.tensorDataSync(id);
			for (const id of [...made, ...results.map(({ id }) => id)]) binding.deleteTensor(id);
		}
	};
}

sharp.concurrency(1);
sharp.cache(false);
/** libvips decodes at an eighth, as nothing more is needed. */
async function timeSharp(): Promise<number> {
	const before = process.cpuUsage();
	for (const { bytes, height, width } of pictures) {
		const size = [Math.ceil(width / 8), Math.ceil(height / 8)] as const;
		await sharp(bytes, { sequentialRead: true })
			.resize(...size, { fit: 'fill', kernel: 'nearest' })
			.raw()
			.toBuffer();
	}
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1e6;
}
const sharpName = `sharp ${sharp.versions.sharp}, decoding at 1/8 alone`;

const ours = Object.entries(variants).map(([name, variant]) => ({ name, run: prepareVariant(variant) }));
const peers = await startPeers(values.python, pictures, 'parts');
const measured = new Map<string, number[]>(
	[...ours.map(({ name }) => name), sharpName, ...peers.names].map(name => [name, []]),
);
for (let round = -1; round < rounds; round++) {
	const take = (name: string, processor: number): void => {
		// The first round warms everybody up.
		if (round >= 0) measured.get(name)!.push((1000 * processor) / pictures.length);
	};
	for (const { name, run } of ours) take(name, time(run)[1]);
	take(sharpName, await timeSharp());
	for (const name of peers.names) {
		take(name, (await peers.run(name, 0, pictures.length, resolution))[1]);
	}
}
await peers.close();
const parts = [...measured].map(([name, means]) => ({ name, processorMs: Number(median(means).toFixed(3)) }));
const bytes = Math.round(pictures.reduce((sum, picture) => sum + picture.bytes.length, 0) / pictures.length);
const machine = { processor: cpus()[0].model, cores: cpus().length };
process.stdout.write(
	`${JSON.stringify({ pictures: pictures.length, bytes, resolution, rounds, machine, parts }, undefined, '\t')}\n`,
);
