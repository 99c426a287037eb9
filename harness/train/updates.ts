import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { LabelDivisors } from '../../methods/losses/label-divisors.ts';
import type { StepDefinition } from '../tensor/compile/program.ts';
import type { TensorSpec } from '../tensor/compile/record-step.ts';
import { type AdamState, applyAdam } from './adam.ts';
import { discriminatorAdam, type GanState, generatorAdam } from './gan-state.ts';
import { accumulate, type GradientSums, takeSums } from './gradient-sums.ts';
import { updateMovingAverage } from './moving-average.ts';
import {
	discriminatorGradients,
	discriminatorUpdate,
	generatorGradients,
	generatorUpdate,
	type RealInputs,
	type UpdateContext,
} from './sub-step.ts';

/**
 * What changes the state of a training. `discriminator` and `generator` are whole updates, or, with micro-batches,
 * add to the gradients of one that `discriminatorApply` and `generatorApply` then make.
 */
export type UpdateName =
	| 'discriminator'
	| 'generator'
	| 'discriminatorApply'
	| 'generatorApply'
	| 'average'
	| 'copy';

/** Every variable that training changes, by a name that is unique among them. */
export function ganVariables(state: GanState): Map<string, Variable> {
	const variables = new Map<string, Variable>();
	const add = (prefix: string, named: ReadonlyMap<string, Variable>): void => {
		for (const [name, variable] of named) variables.set(`${prefix} ${name}`, variable);
	};
	const addOptimiser = (prefix: string, { firstMoments, secondMoments }: AdamState): void => {
		add(`${prefix} first moment`, firstMoments);
		add(`${prefix} second moment`, secondMoments);
	};
	for (const network of ['generator', 'discriminator'] as const) {
		add(`${network} parameter`, state[network].parameters);
		add(`${network} singular vector`, state[network].singularVectors);
		addOptimiser(network, state[`${network}Optimiser`]);
	}
	add('average', state.average.parameters);
	return variables;
}

type Inputs = Readonly<Record<string, Tensor>>;

/**
 * The updates of a training as functions of tensors and of the state, ready to be run or compiled.
 *
 * @param sums where gradients of micro-batches come together; undefined if a batch goes through in one
 */
export function trainingUpdates(
	context: UpdateContext,
	sums: Readonly<Record<'generator' | 'discriminator', GradientSums>> | undefined,
): Partial<Record<UpdateName, StepDefinition>> {
	const { state, settings } = context;
	const batch = settings.microBatchSize ?? settings.batchSize;
	const { resolution } = settings;
	const { latentSize, classes, colours } = state.config;
	const fakeSpecs = { latents: { shape: [batch, latentSize] }, fakeLabels: { shape: [batch, classes] } };
	const realSpecs = {
		images: { shape: [batch, resolution, resolution, colours] },
		labels: { shape: [batch, classes] },
	};
	const stepSize: TensorSpec = { shape: [] };
	const real = ({ images, labels }: Inputs): RealInputs => ({
		images: images as Tensor4D,
		labels: labels as Tensor2D,
	});
	const partOfReal = (inputs: Inputs): RealInputs => {
		const { labelled, unlabelled } = inputs as unknown as LabelDivisors;
		return { ...real(inputs), divisors: { labelled, unlabelled } };
	};
	const fakes = ({ latents, fakeLabels }: Inputs) => ({
		latents: latents as Tensor2D,
		labels: fakeLabels as Tensor2D,
	});
	const { average, generator, discriminator } = state;
	const averaging: Partial<Record<UpdateName, StepDefinition>> = {
		average: {
			inputs: { rate: { shape: [] } },
			step: ({ rate }) => {
				updateMovingAverage(average.parameters, generator.parameters, rate as Scalar);
				return {};
			},
		},
		copy: {
			inputs: {},
			step: () => {
				updateMovingAverage(average.parameters, generator.parameters, 1);
				return {};
			},
		},
	};
	if (!sums) {
		return {
			discriminator: {
				inputs: { ...realSpecs, ...fakeSpecs, stepSize },
				step: inputs => discriminatorUpdate(context, real(inputs), fakes(inputs), inputs.stepSize as Scalar),
			},
			generator: {
				inputs: { ...fakeSpecs, stepSize },
				step: inputs => generatorUpdate(context, fakes(inputs), inputs.stepSize as Scalar),
			},
			...averaging,
		};
	}
	const share = batch / settings.batchSize;
	return {
		discriminator: {
			inputs: { ...realSpecs, ...fakeSpecs, labelled: { shape: [] }, unlabelled: { shape: [] } },
			step: inputs =>
				accumulate(sums.discriminator, share, () =>
					discriminatorGradients(context, partOfReal(inputs), fakes(inputs)),
				),
		},
		generator: {
			inputs: fakeSpecs,
			step: inputs => accumulate(sums.generator, share, () => generatorGradients(context, fakes(inputs))),
		},
		discriminatorApply: {
			inputs: { stepSize },
			step: inputs =>
				takeSums(sums.discriminator, gradients => {
					const adam = discriminatorAdam(settings);
					const size = inputs.stepSize as Scalar;
					applyAdam(discriminator.parameters, gradients, state.discriminatorOptimiser, adam, size);
				}),
		},
		generatorApply: {
			inputs: { stepSize },
			step: inputs =>
				takeSums(sums.generator, gradients => {
					const adam = generatorAdam(settings);
					const size = inputs.stepSize as Scalar;
					applyAdam(generator.parameters, gradients, state.generatorOptimiser, adam, size);
				}),
		},
		...averaging,
	};
}
