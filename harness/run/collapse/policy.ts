import { UsageError } from '../../errors.ts';

/** What a training does when its watch sees a collapse. */
const collapseActions = ['log', 'stop', 'roll-back'] as const;
export type CollapseAction = (typeof collapseActions)[number];

/** What the watch can see. */
export type CollapseKind =
	| 'non-finite'
	| 'fid-jump'
	| 'vanishing-loss'
	| 'singular-value'
	| 'duplicate-samples';

/** @throws UsageError for another text */
export function parseCollapseAction(text: string): CollapseAction {
	const action = collapseActions.find(known => known === text);
	if (action) return action;
	throw new UsageError(
		`--on-collapse: expected ${collapseActions.join(', ')}, got '${text}'`,
		'give one of these, or leave --on-collapse out: a training then stops at NaN and logs other signs',
	);
}

/**
 * What is done about a sign of collapse. Without a policy: stop at what is not finite, and log the rest. After a NaN
 * there is nothing left to train, whatever anybody prefers. The other signs are rules of thumb, and stopping at them
 * would change the number of a run that might have recovered: the paper trains to the last step and counts what comes
 * out. Hence also `log` stops at what is not finite.
 */
export function actionFor(kind: CollapseKind, policy: CollapseAction | undefined): CollapseAction {
	if (kind === 'non-finite') return policy === 'roll-back' ? 'roll-back' : 'stop';
	return policy ?? 'log';
}

/** Rolling back more often than this is no training any more: it stops. */
export const mostRollBacks = 3;

/** Generator steps between the points that a training can be rolled back to: a twentieth of it. */
export const rollBackSpacing = (steps: number): number => Math.max(1, Math.ceil(steps / 20));
