import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** `2.3 s`. */
export function formatSeconds(durationMs: number): string {
	return `${(durationMs / 1000).toFixed(1)} s`;
}

/**
 * Runs the steps of a long job in a folder and remembers which are complete, so that an interrupted job goes on
 * where it stopped. A step's marker is written after its work, so a half-done step is done again: every step must
 * be able to start over on what an earlier attempt left.
 *
 * @param folder where the markers go
 * @param report gets one line when a step starts and one when it ends
 */
export function createSteps(
	folder: string,
	report: (line: string) => void,
): <Result>(name: string, title: string, work: () => Promise<Result>) => Promise<Result> {
	const markers = path.join(folder, '.steps');
	return async (name, title, work) => {
		const marker = path.join(markers, `${name}.json`);
		if (existsSync(marker)) {
			report(`${title}: done before`);
			return JSON.parse(readFileSync(marker, 'utf8')).result;
		}
		report(`${title} …`);
		const startMs = performance.now();
		const result = await work();
		mkdirSync(markers, { recursive: true });
		writeFileSync(`${marker}.partial`, JSON.stringify({ result }));
		renameSync(`${marker}.partial`, marker);
		report(`${title}: done in ${formatSeconds(performance.now() - startMs)}`);
		return result;
	};
}
