import { formatDuration } from '../../launch/duration.ts';
import type { ProgressOutput } from '../../launch/progress.ts';

export interface ScoreProgress {
	/** `done` of `total` units of a phase; a new phase starts a new forecast. */
	update(phase: string, done: number, total: number): void;
	/** A line of its own. */
	line(text: string): void;
	close(): void;
}

const linesEveryMs = 30_000;
const redrawEveryMs = 200;
// Too early a forecast only misleads.
const forecastAfterMs = 3000;

/**
 * Progress of a score for people, with the time left of the present phase: on a terminal one line that is drawn
 * again and again, elsewhere a line each half minute.
 *
 * @param now clock in milliseconds, for tests
 */
export function createScoreProgress(output: ProgressOutput, now: () => number = Date.now): ScoreProgress {
	let current = '';
	let startedAt = now();
	let writtenAt = Number.NEGATIVE_INFINITY;
	let firstDone = 0;
	const write = (text: string): void => {
		output.write(output.isTTY ? `\r\u001B[K${text.slice(0, (output.columns ?? 80) - 1)}` : `${text}\n`);
	};
	return {
		update(phase, done, total) {
			const time = now();
			if (phase !== current) {
				current = phase;
				startedAt = time;
				firstDone = done;
				// Off a terminal a phase that ends at once says nothing.
				if (!output.isTTY) writtenAt = time;
			}
			if (time - writtenAt < (output.isTTY ? redrawEveryMs : linesEveryMs)) return;
			writtenAt = time;
			const elapsedMs = time - startedAt;
			const progressed = done - firstDone;
			const left =
				progressed > 0 && done < total && elapsedMs >= forecastAfterMs
					? `, about ${formatDuration((elapsedMs * (total - done)) / progressed)} left`
					: '';
			write(`${phase} ${Math.floor((100 * done) / Math.max(1, total))} %${left}`);
		},
		line(text) {
			output.write(output.isTTY ? `\r\u001B[K${text}\n` : `${text}\n`);
		},
		close() {
			if (output.isTTY) output.write('\r\u001B[K');
		},
	};
}
