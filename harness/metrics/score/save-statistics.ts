import { UsageError } from '../../errors.ts';
import { writeStatistics } from '../sources/statistics-file.ts';
import type { MeasuredSide } from './measure-side.ts';

/**
 * Writes the mean and covariance of a side as a .npz that pytorch-fid, TTUR and this tool read.
 *
 * @throws UsageError for a name without `.npz`, or features whose network and preprocessing are not known
 * @throws EnvironmentError if the file cannot be written
 */
export function saveSideStatistics(file: string, side: MeasuredSide): void {
	if (!/\.npz$/iu.test(file)) {
		throw new UsageError(`--save-statistics: expected a name that ends in .npz, got '${file}'`, 'rename it');
	}
	if (!side.origin) {
		throw new UsageError(
			`${side.source}: its statistics cannot be saved: nothing says which network and protocol its features have`,
			'give the images instead',
		);
	}
	writeStatistics(file, side.statistics(), side.origin);
}
