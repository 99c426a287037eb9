import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { RunFailedError } from '../../errors.ts';
import { tf } from '../../tensor/tensorflow.ts';
import { readTensorFile, type TensorSource } from './tensor-file.ts';

/** Variables that a training changes, with the names that they have in its checkpoints. */
export type NamedVariables = Iterable<readonly [name: string, variable: Variable]>;

/** The tensors of the variables, up to date, for `writeCheckpoint`. */
export function sourcesOf(variables: NamedVariables): TensorSource[] {
	return [...variables].map(([name, variable]) => ({
		name,
		shape: variable.shape,
		values: () => variable.dataSync<'float32'>(),
	}));
}

/**
 * Assigns the tensors of a checkpoint to the variables.
 *
 * @throws RunFailedError if a tensor is missing, unknown, or of another shape
 */
export function assignTensors(variables: NamedVariables, tensorFile: string): void {
	const left = new Map(variables);
	for (const { name, shape, values } of readTensorFile(tensorFile)) {
		const variable = left.get(name);
		if (!variable || `${variable.shape}` !== `${shape}`) {
			throw new RunFailedError(
				`${tensorFile}: ${name} [${shape}] is no tensor of these networks`,
				'the checkpoint is of other networks; choose another --out folder',
			);
		}
		tf.tidy(() => variable.assign(tf.tensor(values, [...shape])));
		left.delete(name);
	}
	const [missing] = left.keys();
	if (missing !== undefined) throw new RunFailedError(`${tensorFile}: ${missing} is missing`);
}

/** Name of the first variable that holds a NaN or an infinity; undefined if all are finite. */
export function firstNonFinite(variables: NamedVariables): string | undefined {
	for (const [name, variable] of variables) {
		const finite = tf.tidy(() => tf.all(tf.isFinite(variable)).dataSync()[0] === 1);
		if (!finite) return name;
	}
	return undefined;
}
