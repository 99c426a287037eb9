import { UsageError } from '../errors.ts';
import { nearestNames } from '../nearest-names.ts';
import { paperSuites } from './suites/paper.ts';
import { smallSuites } from './suites/small.ts';
import type { Suite } from './suites/suite.ts';

export type { Suite, SuiteRow } from './suites/suite.ts';

export const suites: readonly Suite[] = [...smallSuites, ...paperSuites];

/** @throws UsageError if there is no such suite */
export function findSuite(name: string): Suite {
	const found = suites.find(suite => suite.name === name);
	if (found) return found;
	const names = suites.map(suite => suite.name);
	const near = nearestNames(name, names);
	throw new UsageError(
		`suite: there is no suite '${name}'`,
		`${near.length > 0 ? `did you mean ${near.join(' or ')}? ` : ''}Suites: ${names.join(', ')}`,
	);
}
