import type { Scalar, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import { compileProgram, type Program } from '../tensor/compile/program.ts';
import type { AdamState } from './adam.ts';
import type { GanState } from './gan-state.ts';
import { updateMovingAverage } from './moving-average.ts';
import { discriminatorUpdate, generatorUpdate, type UpdateContext } from './sub-step.ts';

/** The updates of a training as they are compiled. */
export type UpdateName = 'discriminator' | 'generator' | 'average' | 'copy';

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

/** Compiles the updates for the batch size of the settings; the state moves into the program until it is read. */
export function compileUpdates(context: UpdateContext): Program<UpdateName> {
	const { state, settings } = context;
	const { batchSize, resolution } = settings;
	const { latentSize, classes, colours } = state.config;
	const fakes = {
		latents: { shape: [batchSize, latentSize] },
		fakeLabels: { shape: [batchSize, classes] },
		stepSize: { shape: [] },
	};
	const real = {
		images: { shape: [batchSize, resolution, resolution, colours] },
		labels: { shape: [batchSize, classes] },
	};
	const { average, generator } = state;
	return compileProgram({
		state: ganVariables(state),
		steps: {
			discriminator: {
				inputs: { ...real, ...fakes },
				step: ({ images, labels, latents, fakeLabels, stepSize }) =>
					discriminatorUpdate(
						context,
						{ images: images as Tensor4D, labels: labels as Tensor2D },
						{ latents: latents as Tensor2D, labels: fakeLabels as Tensor2D },
						stepSize as Scalar,
					),
			},
			generator: {
				inputs: fakes,
				step: ({ latents, fakeLabels, stepSize }) =>
					generatorUpdate(
						context,
						{ latents: latents as Tensor2D, labels: fakeLabels as Tensor2D },
						stepSize as Scalar,
					),
			},
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
		},
	});
}
