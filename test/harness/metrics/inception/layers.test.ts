import test from 'ava';
import { readInceptionLayers } from '../../../../harness/metrics/inception/layers.ts';

const layers = readInceptionLayers();
const byScope = new Map(layers.convs.map(layer => [layer.tf, layer]));

test('the layers add up to the published totals', t => {
	const { convs, totals, fc } = layers;
	const weights = convs.map(
		({ kernel: [h, w], inChannels, outChannels }) => h * w * inChannels * outChannels,
	);
	const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
	t.is(sum(weights), totals.convWeights);
	const channels = sum(convs.map(({ outChannels }) => outChannels));
	t.is(channels, totals.bnChannels);
	t.is(fc.tfShape[0] * fc.tfShape[1] + fc.tfShape[1], totals.fc);
	t.is(sum(weights) + 4 * channels + totals.fc, totals.allFloats);
	const operations = sum(weights.map((count, index) => count * convs[index].outSize ** 2)) + 2048 * 1008;
	t.is(operations, totals.gmacPerImage * 1e9);
});

test('every convolution makes a map of the size that its stride and padding give', t => {
	for (const { tf, inSize, outSize, stride, padding, kernel } of layers.convs) {
		const size =
			padding === 'same' ? Math.ceil(inSize / stride) : Math.floor((inSize - kernel[0]) / stride) + 1;
		t.is(outSize, size, tf);
	}
});

test('every convolution is used once, and every branch fits what it reads and what its block makes', t => {
	const used = layers.stem.filter(name => name.startsWith('conv'));
	for (const { tf, branches, inChannels, outChannels } of layers.blocks) {
		let made = 0;
		for (const steps of branches) {
			let channels = inChannels;
			for (const step of steps) {
				if (step === 'POOL') continue;
				const scopes = typeof step === 'string' ? [step] : step.split;
				used.push(...scopes);
				for (const scope of scopes) t.is(byScope.get(scope)?.inChannels, channels, scope);
				channels = scopes.reduce((sum, scope) => sum + byScope.get(scope)!.outChannels, 0);
			}
			made += channels;
		}
		t.is(made, outChannels, tf);
	}
	t.deepEqual(used.toSorted(), [...byScope.keys()].toSorted());
});
