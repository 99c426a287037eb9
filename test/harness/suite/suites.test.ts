import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { expandCells } from '../../../harness/suite/cells.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { findSuite, suites } from '../../../harness/suite/suites.ts';
import { builtInMethodNames } from '../../../methods/registry.ts';

test('every suite can be expanded, at a profile that exists', async t => {
	t.is(new Set(suites.map(({ name }) => name)).size, suites.length);
	for (const suite of suites) {
		t.is(findProfile(suite.profile).name, suite.profile);
		const cells = await expandCells({ rows: suite.rows, seeds: suite.seeds, options: new Map() });
		t.true(cells.length + (suite.classifiers ?? []).length > 0, suite.name);
	}
});

test('the small suites run every built-in method with 3 seeds', async t => {
	for (const name of ['smoke', 'proxy']) {
		const { rows, seeds } = findSuite(name);
		t.deepEqual(rows.map(({ method }) => method).sort(), builtInMethodNames());
		const cells = await expandCells({ rows, seeds, options: new Map() });
		t.is(cells.length, 3 * builtInMethodNames().length);
	}
});

test('an unknown suite or profile suggests the nearest', t => {
	t.throws(() => findSuite('proxi'), { instanceOf: UsageError, message: "suite: there is no suite 'proxi'" });
	const error = t.throws(() => findProfile('smok'), { instanceOf: UsageError });
	t.is(error.fix, 'did you mean smoke? Profiles: smoke, proxy-32, imagenet-128, imagenet-256');
});
