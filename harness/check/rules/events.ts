import type { EventSummary } from '../read-events.ts';
import { placeOfRun, type Rule } from '../rule.ts';

export const events: Rule = {
	name: 'events',
	summary: 'a run started, resumed after each interruption only, and completed once, last of all',
	needs: 'events',
	check: ({ finished }) =>
		finished.flatMap(({ run, events: summary }) => {
			const actual = summary === null ? undefined : disorder(summary);
			return actual === undefined
				? []
				: [{ ...placeOfRun(run), expected: 'started … completed, once each unless resumed', actual }];
		}),
};

/** What is out of order, undefined if nothing is. */
function disorder({ lifeCycle }: EventSummary): string | undefined {
	const words = lifeCycle.join(', ') || 'no events';
	if (lifeCycle[0] !== 'started') return words;
	// A `failed` right behind takes it back: its result was found damaged.
	const standing = lifeCycle.filter(
		(event, index) => event === 'completed' && lifeCycle[index + 1] !== 'failed',
	);
	if (standing.length !== 1) return words;
	return lifeCycle.at(-1) === 'completed' ? undefined : words;
}
