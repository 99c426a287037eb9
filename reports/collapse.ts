import type { FinishedRun } from '../harness/check/read-grid.ts';
import { median } from '../harness/statistics/median.ts';
import { formatScore } from './format.ts';

/** A run whose FID is this many times what it should be has collapsed; the paper's one is 6.5 times its median. */
const factor = 2;

/**
 * Why a run counts as collapsed, null if it does not: its training ended early by its own verdict; or its FID is more
 * than twice the median of its cell (three seeds or more), or more than twice the best that it had during training. The
 * paper shows such runs and keeps them in its means (SINGLE LABEL, 71.7 ± 66.32), and so do we; this only says which
 * they are.
 */
export function collapseReason(
	{ result, events }: FinishedRun,
	fidsOfCell: readonly number[],
): string | null {
	if (result.collapse !== null) {
		const { step, reason, scoredStep } = result.collapse;
		const scored = scoredStep === step ? '' : `, scored as it was at step ${scoredStep}`;
		return `training ended at step ${step} of ${result.steps}: ${reason}${scored}`;
	}

	const fid = result.scores.fid.mean;
	const typical = fidsOfCell.length >= 3 ? median(fidsOfCell) : Number.POSITIVE_INFINITY;
	if (fid > factor * typical) {
		return `FID ${formatScore(fid)} is ${(fid / typical).toFixed(1)} times the median of its cell`;
	}

	const earlier = (events?.evaluations ?? []).flatMap(({ step, values }) =>
		values.fid === undefined ? [] : [{ step, fid: values.fid }],
	);
	const best = earlier.reduce((least, point) => (point.fid < least.fid ? point : least), {
		step: 0,
		fid: Number.POSITIVE_INFINITY,
	});
	return fid > factor * best.fid
		? `FID rose from ${formatScore(best.fid)} at step ${best.step} to ${formatScore(fid)}`
		: null;
}
