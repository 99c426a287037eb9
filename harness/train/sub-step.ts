import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { Loss, Method, Networks, OptionValues } from '../../methods/method.ts';
import {
	discriminate,
	predictClass,
	predictRotation,
	project,
} from '../../methods/networks/big-gan/discriminator.ts';
import { generate } from '../../methods/networks/big-gan/generator.ts';
import { tf } from '../tensor/tensorflow.ts';
import { applyAdam } from './adam.ts';
import { discriminatorAdam, type GanState, generatorAdam } from './gan-state.ts';
import type { TrainingSettings } from './settings.ts';

/** Numbers of one update, by name; `total` is the loss that was minimised. */
export type LossValues = Record<string, number>;

/** The fresh random inputs of one update. */
export interface FakeInputs {
	/** z ~ N(0, I), [batch, latentSize]. */
	readonly latents: Tensor2D;
	/** One-hot labels, [batch, classes]. */
	readonly labels: Tensor2D;
}

/** D's functions with its weights bound; each call advances the singular vectors it uses, as in training. */
function bindNetworks({ config, discriminator }: GanState): Networks {
	return {
		discriminate: images => discriminate(config, discriminator, images),
		project: (features, labels) => project(config, discriminator, features, labels),
		predictRotation: features => predictRotation(config, discriminator, features),
		predictClass: features => predictClass(config, discriminator, features),
	};
}

/** Gradient of a loss with respect to the named variables, and the values worth logging. */
function differentiate(
	lossOf: () => Loss,
	variables: ReadonlyMap<string, Variable>,
): { gradients: Map<string, Tensor>; losses: LossValues } {
	let logged: Record<string, Scalar> = {};
	const names = new Map([...variables].map(([name, variable]) => [variable.name, name]));
	const { value, grads } = tf.variableGrads(() => {
		const loss = lossOf();
		// Kept through the inner scope that variableGrads closes; the caller's tidy disposes them.
		logged = Object.fromEntries(Object.entries(loss.logged).map(([name, scalar]) => [name, tf.keep(scalar)]));
		return loss.total;
	}, [...variables.values()]);
	const losses: Record<string, number> = { total: value.dataSync()[0] };
	for (const [name, scalar] of Object.entries(logged)) {
		losses[name] = scalar.dataSync()[0];
		scalar.dispose();
	}
	return {
		gradients: new Map(Object.entries(grads).map(([key, gradient]) => [names.get(key)!, gradient])),
		losses,
	};
}

/** One discriminator update on real images and on fakes of the current generator, which stays as it is. */
export function discriminatorUpdate(
	state: GanState,
	method: Method,
	options: OptionValues,
	settings: TrainingSettings,
	real: { images: Tensor4D; labels: Tensor2D },
	inputs: FakeInputs,
): LossValues {
	return tf.tidy(() => {
		const fakes = tf.tidy(() =>
			generate(state.config, state.generator, inputs.latents, inputs.labels, { kind: 'batch' }),
		);
		const networks = bindNetworks(state);
		const batch = { images: real.images, labels: real.labels, fakes, fakeLabels: inputs.labels };
		const { gradients, losses } = differentiate(
			() => method.discriminatorLoss(networks, batch, options),
			state.discriminator.parameters,
		);
		applyAdam(
			state.discriminator.parameters,
			gradients,
			state.discriminatorOptimiser,
			discriminatorAdam(settings),
		);
		return losses;
	});
}

/** One generator update; the discriminator's parameters stay as they are, its singular vectors advance. */
export function generatorUpdate(
	state: GanState,
	method: Method,
	options: OptionValues,
	settings: TrainingSettings,
	inputs: FakeInputs,
): LossValues {
	return tf.tidy(() => {
		const networks = bindNetworks(state);
		const { gradients, losses } = differentiate(() => {
			const fakes = generate(state.config, state.generator, inputs.latents, inputs.labels, { kind: 'batch' });
			return method.generatorLoss(networks, { fakes, fakeLabels: inputs.labels }, options);
		}, state.generator.parameters);
		applyAdam(state.generator.parameters, gradients, state.generatorOptimiser, generatorAdam(settings));
		return losses;
	});
}
