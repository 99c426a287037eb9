import { appendFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { listIfThere, readTextIfThere } from '../read-if-there.ts';
import { fileNames } from '../run/run-folder.ts';
import { type JobRecord, jobFile } from './job-files.ts';

/** The last checkpoints there are, as text that changes with each; see `Job.checkpoint`. */
function checkpointState(place: string | null): string {
	const found = place ? statSync(place, { throwIfNoEntry: false }) : undefined;
	if (!place || !found) return '';
	if (!found.isDirectory()) return readTextIfThere(place) ?? '';
	return listIfThere(place)
		.sort()
		.map(name => readTextIfThere(path.join(place, name, fileNames.checkpoints, 'latest.json')) ?? '')
		.join('');
}

/** Notes that the job met its time limit; true if it got further since the last time. */
export function gotFurther(folder: string, { checkpoint, token }: JobRecord): boolean {
	const file = path.join(folder, jobFile.timeLimits);
	const state = checkpointState(checkpoint);
	const lines = readTextIfThere(file)?.trim().split('\n') ?? [];
	const before = lines.map(line => JSON.parse(line) as { token: string; state: string });
	appendFileSync(file, `${JSON.stringify({ time: Date.now(), token, state })}\n`);
	return before.filter(line => line.token === token).at(-1)?.state !== state;
}

/** How often this submission met its time limit. */
export function timeLimitsMet(folder: string, token: string): number {
	const lines = readTextIfThere(path.join(folder, jobFile.timeLimits))?.split('\n') ?? [];
	return lines.filter(line => line.includes(`"token":"${token}"`)).length;
}
