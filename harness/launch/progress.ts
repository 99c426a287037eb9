import { formatDuration } from './duration.ts';
import type { JobOutcome, LaunchHooks } from './executor.ts';

/** Where progress is written: standard error, or a test's own sink. */
export interface ProgressOutput {
	readonly isTTY?: boolean;
	readonly columns?: number;
	write(text: string): unknown;
}

const linesEveryMs = 30_000;
const redrawEveryMs = 200;

/**
 * Progress of a launch for people: on a terminal one line that is drawn again and again, elsewhere a line when a
 * job starts, ends, and every half minute; both with the time left, forecast from the part of the work that is done.
 *
 * @param total jobs of this launch
 */
export function createLaunchProgress(total: number, output: ProgressOutput): LaunchHooks & { close(): void } {
	const startedAt = Date.now();
	const running = new Map<string, { label: string; fraction: number; text: string }>();
	let ended = 0;
	let failed = 0;
	let lastWriteAt = startedAt;

	const summary = (): string => {
		const done = ended + [...running.values()].reduce((sum, { fraction }) => sum + fraction, 0);
		const elapsedMs = Date.now() - startedAt;
		// Too early a forecast only misleads.
		const left =
			done > 0.02 * total && elapsedMs > 3000
				? `, about ${formatDuration((elapsedMs * (total - done)) / done)} left`
				: '';
		const counts = `${ended}/${total} done${failed > 0 ? `, ${failed} failed` : ''}${left}`;
		const jobs = [...running.values()].map(({ label, text }) => `${label}${text ? `: ${text}` : ''}`);
		return [counts, ...jobs].join(' | ');
	};
	const draw = (force: boolean): void => {
		const now = Date.now();
		if (now - lastWriteAt < (output.isTTY ? redrawEveryMs : linesEveryMs) && !force) return;
		lastWriteAt = now;
		output.write(
			output.isTTY ? `\r\u001B[K${summary().slice(0, (output.columns ?? 80) - 1)}` : `${summary()}\n`,
		);
	};
	const line = (text: string): void => {
		output.write(output.isTTY ? `\r\u001B[K${text}\n` : `${text}\n`);
		if (output.isTTY) draw(true);
	};
	const timer = setInterval(() => draw(false), output.isTTY ? 1000 : linesEveryMs);
	timer.unref();

	return {
		onStart(job) {
			running.set(job.id, { label: job.label, fraction: 0, text: '' });
			draw(output.isTTY === true);
		},
		onProgress(job, fraction, text) {
			running.set(job.id, { label: job.label, fraction, text });
			draw(false);
		},
		onEnd({ job, state, message }: JobOutcome) {
			running.delete(job.id);
			ended += 1;
			if (state === 'failed') failed += 1;
			const mark = state === 'done' ? '✓' : '✗';
			const elapsed = formatDuration(Date.now() - startedAt);
			const reason = message ? `: ${message.split('\n')[0]}` : '';
			line(`${mark} ${job.label} ${state} (${ended}/${total}, ${elapsed})${reason}`);
		},
		onNotice(text) {
			line(text);
		},
		close() {
			clearInterval(timer);
			if (output.isTTY) output.write('\r\u001B[K');
		},
	};
}
