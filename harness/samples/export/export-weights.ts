import path from 'node:path';
import { UsageError } from '../../errors.ts';
import type { StoredTensor } from '../../tensor/safetensors.ts';
import { writeSafetensors } from '../../tensor/safetensors.ts';
import { writeArrays } from '../array-file.ts';
import type { StoredRun } from '../stored-run.ts';

/** Networks to export. */
export type ExportPart = 'generator' | 'discriminator' | 'all';

const averageSuffix = '/ExponentialMovingAverage';

/**
 * The tensors of an export, under the paper's names: parameters, and singular vectors as `<parameter>/u_var`.
 *
 * @param average gives the generator's parameters their moving average; otherwise `all` holds the averages too, under
 * `<parameter>/ExponentialMovingAverage`
 * @throws UsageError for the average of a discriminator, which has none
 */
export function exportedTensors(
	{ weights: { tensors } }: Pick<StoredRun, 'weights'>,
	part: ExportPart,
	average: boolean,
): Map<string, StoredTensor> {
	if (average && part === 'discriminator') {
		throw new UsageError(
			'--average: only the generator has a moving average',
			'leave --average out, or export --part generator',
		);
	}
	const ofGenerator = (name: string): boolean => name.startsWith('generator/');
	const chosen = new Map<string, StoredTensor>();
	for (const [name, tensor] of tensors) {
		if (part !== 'all' && ofGenerator(name) !== (part === 'generator')) continue;
		if (name.endsWith(averageSuffix)) {
			if (part === 'all' && !average) chosen.set(name, tensor);
			continue;
		}
		chosen.set(name, (average && tensors.get(`${name}${averageSuffix}`)) || tensor);
	}
	return chosen;
}

export interface WeightsExport {
	readonly file: string;
	readonly format: 'safetensors' | 'npz';
	readonly part: ExportPart;
	readonly average: boolean;
}

/**
 * Writes weights as a .safetensors or .npz file, whole or not at all.
 *
 * @returns the number of tensors and of their elements
 * @throws EnvironmentError if it cannot be written
 */
export function exportWeights(
	run: StoredRun,
	{ file, format, part, average }: WeightsExport,
): { tensors: number; elements: number } {
	const tensors = exportedTensors(run, part, average);
	if (format === 'safetensors') {
		const metadata = {
			format: 'fewer-labels 1',
			method: run.method.name,
			run: path.basename(path.resolve(run.folder)),
			step: `${run.step}`,
			part,
			parameters: average ? 'moving average' : 'last step',
		};
		writeSafetensors(file, { tensors, metadata });
	} else {
		const arrays = [...tensors].map(([name, { shape, values }]) => ({
			name,
			descr: '<f4',
			shape,
			parts: [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)],
		}));
		writeArrays(file, arrays, true);
	}
	const elements = [...tensors.values()].reduce((total, { values }) => total + values.length, 0);
	return { tensors: tensors.size, elements };
}
