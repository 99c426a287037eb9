import path from 'node:path';
import { digestOf } from '../../canonical-json.ts';

/**
 * Name of jobs in the queue: of one kind and one output folder, so that a person can end those of one grid and no others.
 */
export const jobName = (out: string, kind: string): string =>
	`fewer-labels-${kind}-${digestOf(path.resolve(out)).slice(0, 8)}`;

/**
 * What ends all of a grid from a shell: first the launcher, which would try again what is lost, then what it submitted.
 *
 * @param kinds of the grid's jobs
 */
export const cancelCommand = (out: string, kinds: readonly string[]): string =>
	`scancel --name=${jobName(out, 'launcher')} && scancel --name=${kinds.map(kind => jobName(out, kind)).join(',')}`;
