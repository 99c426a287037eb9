import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileNames } from '../run/run-folder.ts';
import { type JobRecord, jobFile } from './job-files.ts';

/** The last checkpoints there are, as text that changes with each; see `Job.checkpoint`. */
function checkpointState(place: string | null): string {
	if (!place || !existsSync(place)) return '';
	if (!statSync(place).isDirectory()) return readFileSync(place, 'utf8');
	return readdirSync(place)
		.sort()
		.map(name => path.join(place, name, fileNames.checkpoints, 'latest.json'))
		.filter(file => existsSync(file))
		.map(file => readFileSync(file, 'utf8'))
		.join('');
}

/** Notes that the job met its time limit; true if it got further since the last time. */
export function gotFurther(folder: string, { checkpoint, token }: JobRecord): boolean {
	const file = path.join(folder, jobFile.timeLimits);
	const state = checkpointState(checkpoint);
	const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
	const before = lines.map(line => JSON.parse(line) as { token: string; state: string });
	appendFileSync(file, `${JSON.stringify({ time: Date.now(), token, state })}\n`);
	return before.filter(line => line.token === token).at(-1)?.state !== state;
}

/** How often this submission met its time limit. */
export function timeLimitsMet(folder: string, token: string): number {
	const file = path.join(folder, jobFile.timeLimits);
	if (!existsSync(file)) return 0;
	return readFileSync(file, 'utf8')
		.split('\n')
		.filter(line => line.includes(`"token":"${token}"`)).length;
}
