import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { LabelDivisors } from '../../methods/losses/label-divisors.ts';
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

/** Scalars of one update, by name; `total` is the loss that was minimised. */
export type LossScalars = Record<string, Scalar>;

/** The fresh random inputs of one update. */
export interface FakeInputs {
	/** z ~ N(0, I), [batch, latentSize]. */
	readonly latents: Tensor2D;
	/** One-hot labels, [batch, classes]. */
	readonly labels: Tensor2D;
}

/** Real images as the discriminator gets them. */
export interface RealInputs {
	/** [batch, R, R, 3] in [0, 1]. */
	readonly images: Tensor4D;
	/** [batch, classes]: one-hot, soft, or zero rows. */
	readonly labels: Tensor2D;
	/** Of a micro-batch. */
	readonly divisors?: LabelDivisors;
}

/** What stays the same from update to update. */
export interface UpdateContext {
	readonly state: GanState;
	readonly method: Method;
	readonly options: OptionValues;
	readonly settings: TrainingSettings;
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
function differentiate(lossOf: () => Loss, variables: ReadonlyMap<string, Variable>): UpdateGradients {
	let logged: Readonly<Record<string, Scalar>> = {};
	const names = new Map([...variables].map(([name, variable]) => [variable.name, name]));
	const { value, grads } = tf.variableGrads(() => {
		const loss = lossOf();
		// The inner scope that variableGrads closes would dispose them; the clones are freed by the caller's.
		logged = Object.fromEntries(
			Object.entries(loss.logged).map(([name, scalar]) => [name, tf.keep(tf.clone(scalar))]),
		);
		return loss.total;
	}, [...variables.values()]);
	const losses: LossScalars = { total: value };
	for (const [name, scalar] of Object.entries(logged)) {
		losses[name] = tf.clone(scalar);
		scalar.dispose();
	}
	return {
		gradients: new Map(Object.entries(grads).map(([key, gradient]) => [names.get(key)!, gradient])),
		losses,
	};
}

/** Gradients of one update, by parameter name, with its losses. */
export interface UpdateGradients {
	readonly gradients: Map<string, Tensor>;
	readonly losses: LossScalars;
}

/** The discriminator's gradients on real images and on fakes of the current generator. */
export function discriminatorGradients(
	{ state, method, options }: UpdateContext,
	real: RealInputs,
	inputs: FakeInputs,
): UpdateGradients {
	const fakes = tf.tidy(() =>
		generate(state.config, state.generator, inputs.latents, inputs.labels, { kind: 'batch' }),
	);
	const networks = bindNetworks(state);
	const batch = { ...real, fakes, fakeLabels: inputs.labels };
	return differentiate(
		() => method.discriminatorLoss(networks, batch, options),
		state.discriminator.parameters,
	);
}

/** The generator's gradients. The discriminator's singular vectors advance. */
export function generatorGradients(
	{ state, method, options }: UpdateContext,
	inputs: FakeInputs,
): UpdateGradients {
	const networks = bindNetworks(state);
	return differentiate(() => {
		const fakes = generate(state.config, state.generator, inputs.latents, inputs.labels, { kind: 'batch' });
		return method.generatorLoss(networks, { fakes, fakeLabels: inputs.labels }, options);
	}, state.generator.parameters);
}

/**
 * One discriminator update on real images and on fakes of the current generator, which stays as it is.
 *
 * @param stepSize Adam's, see `nextStepSize`
 */
export function discriminatorUpdate(
	context: UpdateContext,
	real: RealInputs,
	inputs: FakeInputs,
	stepSize: Scalar,
): LossScalars {
	const { state, settings } = context;
	return tf.tidy(() => {
		const { gradients, losses } = discriminatorGradients(context, real, inputs);
		const { parameters } = state.discriminator;
		applyAdam(parameters, gradients, state.discriminatorOptimiser, discriminatorAdam(settings), stepSize);
		return losses;
	});
}

/**
 * One generator update; the discriminator's parameters stay as they are, its singular vectors advance.
 *
 * @param stepSize Adam's, see `nextStepSize`
 */
export function generatorUpdate(context: UpdateContext, inputs: FakeInputs, stepSize: Scalar): LossScalars {
	const { state, settings } = context;
	return tf.tidy(() => {
		const { gradients, losses } = generatorGradients(context, inputs);
		const { parameters } = state.generator;
		applyAdam(parameters, gradients, state.generatorOptimiser, generatorAdam(settings), stepSize);
		return losses;
	});
}
