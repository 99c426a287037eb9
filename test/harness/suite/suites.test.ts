import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { expandCells } from '../../../harness/suite/cells.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { findSuite, suites } from '../../../harness/suite/suites.ts';
import { builtInMethodNames } from '../../../methods/registry.ts';

test('every suite runs every built-in method with 3 seeds at a profile that exists', async t => {
	for (const suite of suites) {
		t.deepEqual(Object.keys(suite.methods).sort(), builtInMethodNames());
		t.is(findProfile(suite.profile).name, suite.profile);
		const cells = await expandCells({
			methods: Object.keys(suite.methods),
			labelFractions: method => suite.methods[method],
			seeds: suite.seeds,
			options: new Map(),
		});
		t.is(cells.length, 3 * builtInMethodNames().length);
	}
});

test('an unknown suite or profile suggests the nearest', t => {
	t.throws(() => findSuite('proxi'), { instanceOf: UsageError, message: "suite: there is no suite 'proxi'" });
	const error = t.throws(() => findProfile('smok'), { instanceOf: UsageError });
	t.is(error.fix, 'did you mean smoke? Profiles: smoke, proxy-32');
});
