// What running as one TensorFlow graph gains over operation by operation, where the metrics compute: features of
// Inception and of a proxy's network, and the training of the latter. Turn by turn, so that a busy machine is busy for
// both; the numbers are checked to be the same bits.
//   node --import ./harness/runtime/register-typescript.js ci/bench/metrics/compiled.ts --rounds 5
import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { Command } from 'commander';
import { wholeNumber } from '../../../harness/cli/options.ts';
import { loadDataSet } from '../../../harness/data/load.ts';
import { compileExtraction } from '../../../harness/metrics/compiled-extraction.ts';
import type { FeatureNetwork } from '../../../harness/metrics/feature-network/feature-network.ts';
import { featureNetworkPresets } from '../../../harness/metrics/feature-network/presets.ts';
import { trainFeatureNetwork } from '../../../harness/metrics/feature-network/train.ts';
import { imageBatches } from '../../../harness/metrics/image-batches.ts';
import { createInception } from '../../../harness/metrics/inception/inception.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { writeFileAtomically } from '../../../harness/write-atomically.ts';
import { randomInceptionImages, randomInceptionWeights } from '../../parity/random-inception.ts';
import { describeMachine, formatMachine } from '../train/machine.ts';

interface Contest {
	readonly name: string;
	/** One turn; returns what must be the same bits either way. */
	readonly turn: (compiled: boolean) => Promise<string> | string;
	readonly dispose?: () => void;
}

const options = new Command()
	.option('--rounds <count>', 'rounds in which either way gets one turn', wholeNumber(1), 5)
	.option('--batch <images>', 'images in a batch of Inception', wholeNumber(1), 16)
	.option('--out <file>', 'also write JSON there')
	.parse()
	.opts<{ rounds: number; batch: number; out?: string }>();

type Extract = Parameters<typeof compileExtraction>[0];

function extraction(name: string, extract: Extract, images: Tensor4D, passes: number): Contest {
	const compiled = compileExtraction(extract, { patience: 0 });
	const pass = (run: Extract): string => {
		const { features, logits } = run(images);
		const [first, second] = [features.dataSync(), logits.dataSync()];
		tf.dispose([features, logits]);
		return Buffer.concat([Buffer.from(first.buffer), Buffer.from(second.buffer)]).toString('base64');
	};
	// Compiling is no part of a turn.
	pass(compiled.extract);
	return {
		name,
		turn(inGraph) {
			let bits = '';
			for (let index = 0; index < passes; index++) bits = pass(inGraph ? compiled.extract : extract);
			return bits;
		},
		dispose: compiled.dispose,
	};
}

const inception = createInception(randomInceptionWeights(1));
const pictures = tf.tensor4d(randomInceptionImages(1, options.batch), [options.batch, 299, 299, 3]);
const shapes = await loadDataSet('shapes', { resolution: 32, trainCount: 2000, testCount: 256 });
const recipe = { ...featureNetworkPresets.proxy, imagesSeen: 128 * 20 };
const network: FeatureNetwork = await trainFeatureNetwork(shapes, recipe);
const [small] = [...imageBatches(shapes.test, 32)];

const contests: Contest[] = [
	extraction(
		`Inception, ${options.batch} images`,
		images => {
			const { pool, logits, logitsWithoutBias } = inception.extract(images);
			logitsWithoutBias.dispose();
			return { features: pool, logits };
		},
		pictures,
		2,
	),
	extraction('proxy network, 20 × 256 images of 32×32', images => network.extract(images), small, 20),
	{
		name: 'training of a proxy network, 20 updates of 128 images (compiling included)',
		async turn(compiled) {
			const trained = await trainFeatureNetwork(shapes, recipe, () => {}, !compiled);
			trained.dispose();
			return trained.fingerprint;
		},
	},
];

const results: object[] = [];
for (const { name, turn, dispose } of contests) {
	const best = [
		{ ms: Infinity, processorMs: Infinity },
		{ ms: Infinity, processorMs: Infinity },
	];
	const bits = new Set<string>();
	for (let round = 0; round < options.rounds; round++) {
		for (const compiled of round % 2 === 0 ? [false, true] : [true, false]) {
			const start = performance.now();
			const used = process.cpuUsage();
			bits.add(await turn(compiled));
			const { user, system } = process.cpuUsage(used);
			const kept = best[Number(compiled)];
			kept.ms = Math.min(kept.ms, performance.now() - start);
			kept.processorMs = Math.min(kept.processorMs, (user + system) / 1000);
		}
	}
	dispose?.();
	const [eager, graph] = best;
	const sameBits = bits.size === 1;
	results.push({ name, eager, compiled: graph, sameBits });
	process.stdout.write(
		`${name}: ${eager.ms.toFixed(0)} ms by operations, ${graph.ms.toFixed(0)} ms as a graph (× ${(eager.ms / graph.ms).toFixed(2)}); processor time × ${(eager.processorMs / graph.processorMs).toFixed(2)}; ${sameBits ? 'the same bits' : 'OTHER BITS'}\n`,
	);
}
const machine = describeMachine();
process.stdout.write(`${formatMachine(machine)}, best of ${options.rounds} rounds\n`);
if (options.out) {
	writeFileAtomically(options.out, `${JSON.stringify({ machine, ...options, results }, undefined, '\t')}\n`);
}
