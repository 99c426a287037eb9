/**
 * Features and class logits of many images: operation by operation, as `FeatureExtractor` computes them, against the
 * compiled graph that clustering and label inference use. Trains a small extractor of the profile `proxy-32` first, so
 * that its batch norms and labels are not those of noise; then both ways take turns on the same images. From the
 * repository root:
 *
 *   node --import ./harness/runtime/register-typescript.js ci/bench/clustering/forward-pass.ts \
 *     [--data shapes | --data cifar10:DIR] [--images 10000] [--epochs 0.5] [--rounds 3]
 *
 * Prints a JSON line a turn and a table; compiling is part of the graph's turns.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { loadDataSet } from '../../../harness/data/load.ts';
import { imageBatches } from '../../../harness/metrics/image-batches.ts';
import { median } from '../../../harness/statistics/median.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { hardLabels, type InferredLogits, inferLabels } from '../../../methods/pretraining/infer-labels.ts';
import { type PretrainingOptions, pretrainingPresets } from '../../../methods/pretraining/options.ts';
import { pretrain } from '../../../methods/pretraining/pretrain.ts';

const { values: options } = parseArgs({
	options: {
		data: { type: 'string', default: 'shapes' },
		images: { type: 'string', default: '10000' },
		epochs: { type: 'string', default: '0.5' },
		rounds: { type: 'string', default: '3' },
	},
});
const trainCount = Number(options.images);
const { train, ...dataSet } = await loadDataSet(options.data, {
	resolution: 32,
	seed: 1,
	trainCount,
	testCount: 100,
});
const preset = pretrainingPresets['proxy-32'];
const stretch = Number(options.epochs) / preset.epochs;
const recipe: PretrainingOptions = {
	...preset,
	labelFraction: 0.2,
	epochs: preset.epochs * stretch,
	warmUpEpochs: preset.warmUpEpochs * stretch,
	decayEpochs: preset.decayEpochs.map(epoch => epoch * stretch),
};
const extractor = await pretrain({ ...dataSet, train }, recipe);
const { classes } = extractor.description;

/** The same operations without a graph, in the same batches. */
function inferByOperations(): InferredLogits {
	const values = new Float32Array(train.count * classes!);
	let done = 0;
	for (const images of imageBatches(train, 32)) {
		const logits = extractor.classLogits(images);
		values.set(logits.dataSync<'float32'>(), done);
		done += logits.size;
		tf.dispose([images, logits]);
	}
	return { count: train.count, classes: classes!, values };
}

const ways = {
	'by operations': inferByOperations,
	'as a graph': () => inferLabels(extractor, train),
} as const;
type Way = keyof typeof ways;
const turns = new Map<Way, { wall: number[]; processor: number[]; logits?: InferredLogits }>();
for (let round = 0; round < Number(options.rounds); round++) {
	for (const [name, infer] of Object.entries(ways) as [Way, () => InferredLogits][]) {
		const [start, work] = [performance.now(), process.cpuUsage()];
		const logits = infer();
		const seconds = (performance.now() - start) / 1000;
		const { user, system } = process.cpuUsage(work);
		const turn = turns.get(name) ?? { wall: [], processor: [] };
		turn.wall.push(seconds);
		turn.processor.push((user + system) / 1e6);
		turns.set(name, { ...turn, logits });
		console.log(JSON.stringify({ name, round, seconds, processorSeconds: (user + system) / 1e6 }));
	}
}

const [first, second] = [...turns.values()].map(({ logits }) => logits!) as [InferredLogits, InferredLogits];
let difference = 0;
for (const [index, value] of first.values.entries()) {
	difference = Math.max(difference, Math.abs(value - second.values[index]!));
}
const [labels, others] = [hardLabels(first), hardLabels(second)];
const differing = labels.filter((label, image) => label !== others[image]).length;
console.log(`\n${train.count} images of ${dataSet.name}, 32×32, ${extractor.dimension} features`);
console.log(`${cpus()[0]?.model.trim()}, load ${loadavg()[0]!.toFixed(1)}`);
console.log(`largest difference of a logit ${difference.toPrecision(2)}, ${differing} labels differ\n`);
console.log(
	markdownTable([
		['', 'median s', 'median processor s', 'images a second'],
		...[...turns].map(([name, { wall, processor }]) => [
			name,
			median(wall).toFixed(2),
			median(processor).toFixed(2),
			(train.count / median(wall)).toFixed(0),
		]),
	]),
);
extractor.dispose();
