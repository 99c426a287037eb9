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
	const ended = { done: 0, failed: 0, interrupted: 0, 'not started': 0 };
	let lastWriteAt = startedAt;

	const summary = (): string => {
		const worked = ended.done + ended.failed;
		const done = worked + [...running.values()].reduce((sum, { fraction }) => sum + fraction, 0);
		// Jobs that will not be worked on tell nothing about the time of the others.
		const wanted = total - ended.interrupted - ended['not started'];
		const elapsedMs = Date.now() - startedAt;
		// Too early a forecast only misleads.
		const left =
			done > 0.02 * wanted && elapsedMs > 3000
				? `, about ${formatDuration((elapsedMs * (wanted - done)) / done)} left`
				: '';
		const others = (['failed', 'interrupted', 'not started'] as const)
			.filter(state => ended[state] > 0)
			.map(state => `, ${ended[state]} ${state}`);
		const counts = `${ended.done}/${total} done${others.join('')}${left}`;
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
			ended[state] += 1;
			const count = Object.values(ended).reduce((sum, each) => sum + each, 0);
			const mark = state === 'done' ? '✓' : '✗';
			const elapsed = formatDuration(Date.now() - startedAt);
			const reason = message ? `: ${message.split('\n')[0]}` : '';
			line(`${mark} ${job.label} ${state} (${count}/${total}, ${elapsed})${reason}`);
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
