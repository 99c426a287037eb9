import { type ResNetV2Config, resNetV2Config } from '../../../methods/networks/resnet-v2/config.ts';
import { bottleneckUnits, featureSize, rootChannels } from '../../../methods/networks/resnet-v2/units.ts';
import { describeConvolutions } from '../../metrics/feature-network/architecture.ts';
import { readInceptionLayers } from '../../metrics/inception/layers.ts';
import { convolutionLayer, denseLayer, type Layer } from './layer.ts';

/**
 * The pre-training network F of §3.1 with its heads, on square images of this side.
 *
 * @param side height and width that the network sees, in pixels
 */
export function resNetLayers(overrides: Partial<ResNetV2Config>, side: number): readonly Layer[] {
	const config = resNetV2Config(overrides);
	const halve = (length: number): number => Math.ceil(length / 2);
	const root = rootChannels(config);
	let current = config.root === 'small' ? side : halve(side);
	const size = config.root === 'imagenet' ? 7 : 3;
	const layers: Layer[] = [
		convolutionLayer('root', { side: current, size, inputs: 3, outputs: root, readsData: true }),
	];
	if (config.root === 'imagenet') current = halve(current);
	for (const unit of bottleneckUnits(config)) {
		const { scope, inputChannels: inputs, middleChannels: middle, outputChannels: outputs, stride } = unit;
		const before = current;
		if (stride === 2) current = halve(current);
		if (unit.projection) {
			layers.push(convolutionLayer(`${scope}/proj`, { side: current, size: 1, inputs, outputs }));
		}
		layers.push(
			convolutionLayer(`${scope}/a`, { side: before, size: 1, inputs, outputs: middle }),
			convolutionLayer(`${scope}/b`, { side: current, size: 3, inputs: middle, outputs: middle }),
			convolutionLayer(`${scope}/c`, { side: current, size: 1, inputs: middle, outputs }),
		);
	}
	const features = featureSize(config);
	const heads = config.classes === null ? [] : [denseLayer('classes', features, config.classes)];
	return [...layers, denseLayer('rotations', features, 4), ...heads];
}

/** The feature network of the proxy scores on images of this side. */
export function featureNetworkLayers(
	options: { readonly width: number; readonly dimension: number },
	resolution: number,
	classes: number,
): readonly Layer[] {
	let side = resolution;
	const convolutions = describeConvolutions(options, resolution).map((convolution, index) => {
		side /= convolution.stride;
		const { name, inputChannels: inputs, outputChannels: outputs } = convolution;
		return convolutionLayer(name, { side, size: 3, inputs, outputs, readsData: index === 0 });
	});
	return [...convolutions, denseLayer('logits', options.dimension, classes)];
}

/** Inception of 2015 on one image of 299×299, from the description of its layers in `reference/`. */
export function inceptionLayers(): readonly Layer[] {
	const { convs, fc } = readInceptionLayers();
	const convolutions = convs.map(({ tf: name, kernel, inChannels, outChannels, outSize }): Layer => {
		const multiplyAdds = outSize ** 2 * kernel[0] * kernel[1] * inChannels * outChannels;
		return { name, kind: 'kernel', multiplyAdds, kept: 0, recorded: 0, output: outSize ** 2 * outChannels };
	});
	return [...convolutions, denseLayer('logits', fc.tfShape[0], fc.tfShape[1])];
}
