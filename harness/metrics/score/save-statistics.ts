import { UsageError } from '../../errors.ts';
import type { ScoreSource } from '../sources/source.ts';
import { writeStatistics } from '../sources/statistics-file.ts';
import type { MeasuredSide } from './measure-side.ts';

const unknownOrigin = (name: string): UsageError =>
	new UsageError(
		`${name}: its statistics cannot be saved: nothing says which network and protocol its features have`,
		'give the images instead',
	);

/** @throws UsageError for a name without `.npz` */
export function requireStatisticsFile(file: string): void {
	if (/\.npz$/iu.test(file)) return;
	throw new UsageError(`--save-statistics: expected a name that ends in .npz, got '${file}'`, 'rename it');
}

/** @throws UsageError, before any work, for a source whose features have an unknown network and preprocessing */
export function requireKnownOrigin(source: ScoreSource): void {
	const known = source.kind === 'pictures' || (source.kind === 'statistics' && source.origin !== undefined);
	if (!known) throw unknownOrigin(source.name);
}

/**
 * Writes the mean and covariance of a side as a .npz that pytorch-fid, TTUR and this tool read.
 *
 * @throws UsageError for a name without `.npz`, or features whose network and preprocessing are not known
 * @throws EnvironmentError if the file cannot be written
 */
export async function saveSideStatistics(file: string, side: MeasuredSide): Promise<void> {
	requireStatisticsFile(file);
	if (!side.origin) throw unknownOrigin(side.source);
	writeStatistics(file, await side.statistics(), side.origin);
}
