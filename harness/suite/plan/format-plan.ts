import { markdownTable } from 'markdown-table';
import { countOf } from '../../count-of.ts';
import { formatDuration } from '../../launch/duration.ts';
import { percentage } from '../../run/run-folder.ts';
import type { Plan, PlanRow } from './make-plan.ts';

/** Runs printed one by one; of more, those that are done are only counted. `--json` has all. */
const mostRows = 400;

/** Three digits that count: `0.0123`, `4.56`, `789`, `12,345`. */
function formatNumber(value: number): string {
	if (value === 0) return '0';
	if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
	return String(Number(value.toPrecision(3)));
}

/** `4.2 GB`, decimal. */
export function formatBytes(bytes: number): string {
	const units = ['B', 'kB', 'MB', 'GB', 'TB'];
	const index = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
	return `${formatNumber(bytes / 1000 ** index)} ${units[index]}`;
}

/** A duration of any length: days where hours would not do. */
function formatLong(seconds: number): string {
	if (seconds < 48 * 3600) return formatDuration(seconds * 1000);
	return `${formatNumber(seconds / 86_400)} days`;
}

const labels = (fraction: number | null): string =>
	fraction === null ? 'none' : `${percentage(fraction)} %`;
// A reason may be the message of a crashed process: one line, no control codes.
const oneLine = (text: string): string =>
	text
		.trim()
		.split('\n')[0]!
		.replaceAll(/\p{Cc}/gu, '');

function hoursOf({ time }: PlanRow): string {
	return time === null ? '?' : `${formatNumber((time.training + time.scoring) / 3600)} (${time.source})`;
}

function runTable({ rows, steps, totals }: Plan): string {
	const shown =
		rows.length <= mostRows ? rows : rows.filter(({ state }) => state !== 'done').slice(0, mostRows);
	const table = markdownTable(
		[
			['method', 'labels', 'seed', 'steps', 'state', totals.unit, 'reason'],
			...shown.map(row => [
				row.cell.loaded.method.name,
				labels(row.cell.labelFraction),
				String(row.cell.seed),
				row.stepsDone > 0 && row.stepsDone < steps ? `${row.stepsDone}/${steps}` : String(steps),
				row.state,
				hoursOf(row),
				oneLine(row.reason),
			]),
		],
		{ align: ['l', 'r', 'r', 'r', 'l', 'r', 'l'] },
	);
	const left = rows.length - shown.length;
	return left === 0 ? table : `${table}\n\n… and ${countOf(left, 'more run')}, see --json`;
}

function prerequisiteTable({ prerequisites }: Plan): string {
	return markdownTable(
		[
			['made once', 'state', 'needed by', 'methods', 'hours', 'reason'],
			...prerequisites.map(each => [
				each.name,
				each.state,
				`${countOf(each.neededBy, 'run')}${each.isResult ? ' and Table 3' : ''}`,
				each.methods.join(', '),
				each.seconds === null
					? '?'
					: each.multiplyAdds === 0
						? ''
						: `${formatNumber(each.seconds / 3600)} (computed)`,
				oneLine(each.reason),
			]),
		],
		{ align: ['l', 'l', 'r', 'l', 'r', 'l'] },
	);
}

function speedTable({ speeds }: Plan): string {
	return markdownTable(
		[
			['method', 'GFLOP a step', 's a step', 'from'],
			...speeds.map(({ method, workOfStep, time }) => [
				method,
				formatNumber((2 * workOfStep) / 1e9),
				time === null ? '?' : formatNumber(time.stepSeconds),
				time === null ? 'nothing measured yet' : `${time.source}: ${time.from}`,
			]),
		],
		{ align: ['l', 'r', 'r', 'l'] },
	);
}

/** A plan for people, in Markdown; the tables only, `summariseTotals` has the rest. */
export function formatPlan(plan: Plan): string {
	const parts = [plan.rows.length > 0 ? runTable(plan) : '', prerequisiteTable(plan)];
	if (plan.speeds.length > 0) parts.push(speedTable(plan));
	return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

/** Totals in words, one a line. */
export function summariseTotals(plan: Plan, pricePerHour: number | null, now: number): string[] {
	const { totals, counts, rows, profile, data, dataSize, unlisted } = plan;
	const states = Object.entries(counts).map(([state, count]) => `${count} ${state}`);
	const lines = [
		`${countOf(rows.length, 'run')} (${states.join(', ') || 'none'}), profile ${profile}, data ${data ?? 'to be named with --data'}`,
	];
	if (dataSize.assumption !== null) lines.push(`Data: ${dataSize.assumption}`);
	if (totals.hours === null) {
		lines.push(
			'Time: nothing measured yet; --probe measures a few steps here, --gpu or --flops computes it for another machine',
		);
	} else {
		const cost = totals.cost === null ? '' : `, ${formatNumber(totals.cost)} at ${pricePerHour} an hour`;
		lines.push(
			`Time: ${formatNumber(totals.hours)} ${totals.unit} in all, ${formatNumber(totals.hoursLeft!)} left${cost}`,
		);
	}
	if (totals.secondsToFinish !== null && totals.secondsToFinish > 0) {
		const at = new Date(now + totals.secondsToFinish * 1000).toISOString().slice(0, 16).replace('T', ' ');
		const jobs = totals.jobs === 1 ? 'one job' : `${totals.jobs} jobs`;
		lines.push(`Finish: in ${formatLong(totals.secondsToFinish)} with ${jobs} at a time (${at} UTC)`);
	}
	const { run, final, peak } = totals.disk;
	if (run) {
		lines.push(
			`Disk: ${formatBytes(final)} in the end, up to ${formatBytes(peak)} meanwhile (a run: weights ${formatBytes(run.weights)}, each of up to 3 checkpoints ${formatBytes(run.checkpoint)}); computed`,
		);
	}
	if (unlisted.length > 0) {
		lines.push(
			`Stale: ${countOf(unlisted.length, 'folder')} in runs/ of other code, data or options (\`why\` says which), left out of tables`,
		);
	}
	return lines;
}
