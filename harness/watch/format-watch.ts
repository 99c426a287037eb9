import { formatDuration } from '../launch/duration.ts';
import type { WatchedGrid, WatchedRun } from './scan-runs.ts';
import { nameOf, summarise, type WatchState } from './summarise.ts';

/** How a look is shown. */
export interface WatchLayout {
	/** Characters of a line; longer ones are cut. */
	readonly columns: number;
	/** Lines in all. */
	readonly rows: number;
	/** Colours and bold, for terminals. */
	readonly colour: boolean;
	/** Milliseconds since 1970. */
	readonly now: number;
}

const colours: Readonly<Record<WatchState, number>> = {
	...{ done: 32, running: 36, failed: 31, unreadable: 31 },
	...{ interrupted: 33, lost: 33, stale: 35, missing: 90 },
};
const order: readonly WatchState[] = [
	...(['running', 'failed', 'unreadable', 'lost', 'interrupted', 'stale', 'missing', 'done'] as const),
];

// Text from run folders may come from anywhere: one line without control codes, so that it cannot drive a terminal.
const clean = (text: string): string =>
	text
		.trim()
		.split('\n')[0]!
		.replaceAll(/\p{Cc}/gu, '');
const barWidth = 20;

export function progressBar(fraction: number): string {
	const full = Math.round(Math.min(1, Math.max(0, fraction)) * barWidth);
	return `[${'█'.repeat(full)}${'░'.repeat(barWidth - full)}]`;
}

/** Losses that matter most, short: the totals first. */
function lossText(losses: WatchedRun['losses']): string {
	if (!losses) return '';
	const names = Object.keys(losses).sort(
		(a, b) => Number(b.endsWith('.total')) - Number(a.endsWith('.total')),
	);
	const short = (name: string): string =>
		name.replace(/^discriminator\./u, 'D ').replace(/^generator\./u, 'G ');
	return names
		.slice(0, 2)
		.map(name => `${clean(short(name))} ${Number(losses[name]).toPrecision(3)}`)
		.join(', ');
}

function describe(run: WatchedRun, now: number): string {
	const { state, progress, reason } = run;
	if (state !== 'running' || !progress) return clean(reason);
	const { step, steps, phase, secondsPerStep, updatedAt, host } = progress;
	const bar = `${progressBar(step / steps)} ${step}/${steps}`;
	const speed = secondsPerStep === null ? '' : `, ${Number(secondsPerStep.toPrecision(3))} s a step`;
	const left =
		secondsPerStep === null ? '' : `, ${formatDuration(secondsPerStep * (steps - step) * 1000)} left`;
	const age = now - updatedAt;
	const silent = age > 60_000 ? `, no step for ${formatDuration(age)}` : '';
	const losses = lossText(run.losses);
	const at = phase === 'training' ? '' : ` ${phase}`;
	return `${bar}${at}${speed}${left}${silent}${losses === '' ? '' : `, ${losses}`} on ${clean(host)}`;
}

/** A look at a grid in lines, the first ones the most important. */
export function formatWatch(
	watched: WatchedGrid,
	stale: ReadonlyMap<string, string>,
	{ columns, rows, colour, now }: WatchLayout,
): string[] {
	const paint = (code: number, text: string): string => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
	const summary = summarise(watched, stale);
	const counts = order.flatMap(state => {
		const count = summary.counts[state];
		return count === undefined ? [] : [paint(colours[state], `${count} ${state}`)];
	});
	const left = summary.secondsLeft;
	const end =
		left === null ? '' : `, about ${formatDuration(left * 1000)} left (${localTime(now + left * 1000)})`;
	const lines = [
		`${progressBar(summary.fraction)} ${(100 * summary.fraction).toFixed(1)} % of ${summary.total} runs${end}`,
		counts.join(', '),
	];
	if (summary.slowest) {
		lines.push(
			`slowest: ${summary.slowest.name}, ${Number(summary.slowest.secondsPerStep.toPrecision(3))} s a step`,
		);
	}
	if (watched.unlisted > 0) {
		lines.push(
			`${watched.unlisted} more folders in runs/ are none of the grid's (stale): \`fewer-labels why FOLDER\` explains`,
		);
	}
	lines.push('');

	const stateOf = (run: WatchedRun): WatchState =>
		run.state === 'done' && stale.has(run.runId) ? 'stale' : run.state;
	const shown = watched.runs
		.map(run => ({ run, state: stateOf(run) }))
		.filter(({ state }) => state !== 'done' && state !== 'missing')
		.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
	const room = Math.max(1, rows - lines.length - 1);
	const fitting = shown.length > room ? shown.slice(0, room - 1) : shown;
	const width = Math.min(40, Math.max(0, ...fitting.map(({ run }) => nameOf(run).length)));
	for (const { run, state } of fitting) {
		const text = state === 'stale' ? clean(stale.get(run.runId)!) : describe(run, now);
		const start = `${state.padEnd(11)} ${clean(nameOf(run)).padEnd(width)} `;
		const rest = cut(text, columns - 1 - start.length);
		lines.push(`${paint(colours[state], start.slice(0, 11))}${start.slice(11)}${rest}`);
	}
	if (shown.length > fitting.length) lines.push(`… and ${shown.length - fitting.length} more`);
	return lines;
}

const cut = (text: string, length: number): string =>
	text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;

const localTime = (time: number): string =>
	new Date(time).toISOString().slice(0, 16).replace('T', ' ').concat(' UTC');
