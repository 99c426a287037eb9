import path from 'node:path';
import { listIfThere, readTextIfThere } from '../harness/read-if-there.ts';
import { fileNames } from '../harness/run/run-folder.ts';
import { formatSeconds } from './format.ts';
import type { Report } from './report-schema.ts';

/**
 * The trainings that runs of an output folder share: networks whose labels or clusters several methods use. Empty where
 * none left its events, as those that were taken from elsewhere.
 *
 * @param out output folder
 */
export function readSharedTrainings(out: string): Report['sharedTrainings'] {
	const folder = path.join(out, 'shared', 'pre-training');
	return [...listIfThere(folder)].sort().flatMap(name => {
		const events = readTextIfThere(path.join(folder, name, fileNames.events));
		return events === undefined ? [] : [{ name, seconds: secondsOf(events) }];
	});
}

/** Of the last `completed` event; null if the training did not end, or its line is damaged. */
function secondsOf(events: string): number | null {
	const line = events.split('\n').findLast(each => each.includes('"completed"'));
	try {
		const { totalMs } = JSON.parse(line ?? '{}') as { totalMs?: unknown };
		return typeof totalMs === 'number' && Number.isFinite(totalMs) ? totalMs / 1000 : null;
	} catch {
		return null;
	}
}

/** What every training time of a report leaves out. */
export const costCaveat =
	'Training steps alone, since the last start of each run: measuring comes on top, and so does what runs share (the network of proxy scores, pre-training of classifiers and of features for clusters).';

/** `Shared pre-training: 2 networks, 9.9 min in all, once for every run that uses them.` */
export function sharedTrainingInWords({ sharedTrainings }: Report): string {
	if (sharedTrainings.length === 0) return 'No shared pre-training left a record of its time.';
	const times = sharedTrainings.flatMap(({ seconds }) => seconds ?? []);
	const total = times.reduce((sum, value) => sum + value, 0);
	const untimed = sharedTrainings.length - times.length;
	const count = `${sharedTrainings.length} ${sharedTrainings.length === 1 ? 'network' : 'networks'}`;
	return `Shared pre-training: ${count}, ${formatSeconds(total)} in all${untimed === 0 ? '' : ` (${untimed} without a record of its time)`}, once for every run that uses ${sharedTrainings.length === 1 ? 'it' : 'them'}.`;
}
