import type { Initializer, NetworkDescription, ParameterSpec } from '../parameters.ts';
import type { ResNetV2Config } from './config.ts';
import { type BottleneckUnit, bottleneckUnits, featureSize, rootChannels } from './units.ts';

/**
 * Trainable tensors of the feature extractor with its heads, in order of use; allocates nothing. Scopes follow
 * s4l: `resnet/root_block/kernel`; in each unit `norm` (shared by both branches), `proj/kernel`, `a/kernel` (1×1),
 * `b/norm`, `b/kernel` (3×3), `c/norm`, `c/kernel` (1×1); `resnet/final_norm`; linear heads `rotations` (4) and
 * `classes` with kernel [features, outputs] and bias. Convolutions have no bias. With widening 4 and 1000
 * classes, without the rotation head: the 25,549,352 of a ResNet-50 v2.
 *
 * Kernels start glorot-normal, with the variance of the glorot-uniform that s4l uses; biases and betas at 0,
 * gammas at 1.
 */
export function describeFeatureExtractor(config: ResNetV2Config): NetworkDescription {
	const features = featureSize(config);
	const rootSize = config.root === 'imagenet' ? 7 : 3;
	return {
		name: 'feature-extractor',
		parameters: [
			kernelSpec('resnet/root_block', [rootSize, rootSize, 3, rootChannels(config)]),
			...bottleneckUnits(config).flatMap(unitSpecs),
			...normSpecs('resnet/final_norm', features),
			...headSpecs('rotations', features, 4),
			...(config.classes === null ? [] : headSpecs('classes', features, config.classes)),
		],
	};
}

/** Scopes of the batch norms with their channels, in order of use: each has a moving mean and variance. */
export function describeBatchNorms(config: ResNetV2Config): ReadonlyMap<string, number> {
	return new Map(
		describeFeatureExtractor(config)
			.parameters.filter(({ name }) => name.endsWith('/gamma'))
			.map(({ name, shape }) => [name.slice(0, -'/gamma'.length), shape[0]]),
	);
}

function unitSpecs(unit: BottleneckUnit): ParameterSpec[] {
	const { scope, inputChannels, middleChannels, outputChannels, projection } = unit;
	return [
		...normSpecs(`${scope}/norm`, inputChannels),
		...(projection ? [kernelSpec(`${scope}/proj`, [1, 1, inputChannels, outputChannels])] : []),
		kernelSpec(`${scope}/a`, [1, 1, inputChannels, middleChannels]),
		...normSpecs(`${scope}/b/norm`, middleChannels),
		kernelSpec(`${scope}/b`, [3, 3, middleChannels, middleChannels]),
		...normSpecs(`${scope}/c/norm`, middleChannels),
		kernelSpec(`${scope}/c`, [1, 1, middleChannels, outputChannels]),
	];
}

const spec = (name: string, shape: readonly number[], initializer: Initializer): ParameterSpec => ({
	name,
	shape,
	initializer,
	spectralNorm: false,
});

const kernelSpec = (scope: string, shape: readonly number[]): ParameterSpec =>
	spec(`${scope}/kernel`, shape, 'glorot-normal');

const normSpecs = (scope: string, channels: number): ParameterSpec[] => [
	spec(`${scope}/gamma`, [channels], 'ones'),
	spec(`${scope}/beta`, [channels], 'zeros'),
];

const headSpecs = (scope: string, features: number, outputs: number): ParameterSpec[] => [
	kernelSpec(scope, [features, outputs]),
	spec(`${scope}/bias`, [outputs], 'zeros'),
];
