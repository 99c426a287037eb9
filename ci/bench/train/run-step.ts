import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import type { FakeInputs } from '../../../harness/train/sub-step.ts';
import type { Trainer } from '../../../harness/train/trainer.ts';
import type { Scenario } from './scenario.ts';

/**
 * One generator step on the scenario's inputs, taken in turn: the discriminator updates, then the generator's.
 *
 * @param index of the step, from 0
 * @returns the minimised loss of each update, in their order
 */
export function runStep(trainer: Trainer, { settings, tensors }: Scenario, index: number): number[] {
	const tensor = <T>(name: string): T => {
		const { shape, values } = tensors.get(`inputs/${index % settings.inputSteps}/${name}`)!;
		return tf.tensor(values, [...shape], 'float32') as T;
	};
	const fakes = (scope: string): FakeInputs => ({
		latents: tensor<Tensor2D>(`${scope}/latents`),
		labels: tensor<Tensor2D>(`${scope}/fakeLabels`),
	});
	return tf.tidy(() => {
		const losses: number[] = [];
		for (let update = 0; update < settings.discriminatorSteps; update++) {
			const scope = `discriminator/${update}`;
			const real = {
				images: tensor<Tensor4D>(`${scope}/images`),
				labels: tensor<Tensor2D>(`${scope}/labels`),
			};
			losses.push(trainer.discriminatorStep(real, fakes(scope)).total);
		}
		losses.push(trainer.generatorStep(fakes('generator')).total);
		return losses as unknown as Tensor2D;
	}) as unknown as number[];
}
