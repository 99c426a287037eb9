import test from 'ava';
import { countParameters, sizeOfShape } from '../../../../methods/networks/parameters.ts';
import { resNetV2Config } from '../../../../methods/networks/resnet-v2/config.ts';
import {
	describeBatchNorms,
	describeFeatureExtractor,
} from '../../../../methods/networks/resnet-v2/describe.ts';
import { readGoldenResNet } from '../../pretraining/support/golden-resnet.ts';

for (const { parameters, ...config } of readGoldenResNet().counts) {
	test(`a network of ${JSON.stringify(config)} has the ${parameters} parameters that NumPy counts`, t => {
		t.is(countParameters(describeFeatureExtractor(resNetV2Config(config))), parameters);
	});
}

test('with widening 4 it is a ResNet-50 v2 without biases in its convolutions', t => {
	const { parameters } = describeFeatureExtractor(resNetV2Config({ widening: 4 }));
	const withoutRotations = parameters.filter(({ name }) => !name.startsWith('rotations/'));
	const total = withoutRotations.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0);
	// Trainable parameters of Keras's ResNet50V2, https://keras.io/api/applications/: 25,613,800 less the 45,440
	// moving moments. It has biases in the root, in the 4 projections, and in the last convolution of the 16 units.
	const projectionBiases = 256 + 512 + 1024 + 2048;
	const unitBiases = 3 * 256 + 4 * 512 + 6 * 1024 + 3 * 2048;
	t.is(total, 25_613_800 - 45_440 - 64 - projectionBiases - unitBiases);
	t.is(total, 25_549_352);
});

test('moving moments are those of Keras’s network', t => {
	const channels = [...describeBatchNorms(resNetV2Config({ widening: 4 })).values()];
	t.is(2 * channels.reduce((sum, count) => sum + count, 0), 45_440);
});

test('without classes there is no class head', t => {
	const names = describeFeatureExtractor(resNetV2Config({ classes: null })).parameters.map(
		({ name }) => name,
	);
	t.false(names.some(name => name.startsWith('classes/')));
	t.is(names.at(-1), 'rotations/bias');
});

test('names are unique', t => {
	const names = describeFeatureExtractor(resNetV2Config()).parameters.map(({ name }) => name);
	t.is(new Set(names).size, names.length);
});
