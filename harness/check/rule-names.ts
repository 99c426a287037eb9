/** Names of all rules, in the order of the output. A waiver names one of them. */
export const ruleNames = [
	'grid-complete',
	'records-readable',
	'seeds',
	'identity',
	'events',
	'finite',
	'steps',
	'parameters',
	'settings',
	'protocol',
	'labels',
	'software',
	'clean-tree',
] as const;
export type RuleName = (typeof ruleNames)[number];

/** Changes whenever a rule becomes stricter or looser, so that old verdicts can be told from new ones. */
export const ruleEdition = 2;
