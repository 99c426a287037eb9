import type { Command } from 'commander';
import { type CollapseAction, parseCollapseAction } from '../run/collapse/policy.ts';
import { wholeNumber } from './options.ts';

/** What may end a training early, and how often it is looked for. */
export interface CollapseOptions {
	readonly evaluateEvery?: number;
	readonly onCollapse?: CollapseAction;
}

/** Adds the options of the collapse watch: part of the identity of a run unless signs are only logged. */
export function addCollapseOptions(command: Command): Command {
	return command
		.option(
			'--evaluate-every <steps>',
			'score one fake set of a run every so many generator steps; the training stays the same (default: never)',
			wholeNumber(1),
		)
		.option(
			'--on-collapse <action>',
			'what to do about signs of collapse: log, stop or roll-back (default: stop at NaN, log the rest); without --evaluate-every nothing looks for jumps of the FID and for samples that look alike',
			parseCollapseAction,
		);
}
