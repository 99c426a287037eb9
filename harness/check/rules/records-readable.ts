import { placeOfRun, type Rule } from '../rule.ts';

export const recordsReadable: Rule = {
	name: 'records-readable',
	summary: 'results, manifests and events are there and whole',
	check: ({ holes, finished }) => [
		...holes
			.filter(({ state }) => state === 'unreadable')
			.map(({ run, reason }) => ({ ...placeOfRun(run), expected: 'a readable result', actual: reason })),
		...finished.flatMap(({ run, manifest, events }) => [
			...(manifest === null
				? [{ ...placeOfRun(run), expected: 'a manifest.json', actual: 'none' }]
				: 'problem' in manifest
					? [{ ...placeOfRun(run), expected: 'a readable manifest.json', actual: String(manifest.problem) }]
					: []),
			...(events === null
				? [{ ...placeOfRun(run), expected: 'an events.jsonl', actual: 'none' }]
				: events.damagedLines.map(line => ({
						...placeOfRun(run),
						expected: 'events.jsonl: one event a line',
						actual: `line ${line} is none`,
					}))),
		]),
	],
};
