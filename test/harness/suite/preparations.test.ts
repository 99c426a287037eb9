import test from 'ava';
import { expandCells } from '../../../harness/suite/cells.ts';
import { labelPreparations } from '../../../harness/suite/preparations.ts';
import { findProfile } from '../../../harness/suite/profiles.ts';
import { preparationJobs } from '../../../harness/suite/suite-jobs.ts';
import { findSuite } from '../../../harness/suite/suites.ts';

async function gridOf(name: string) {
	const { rows, seeds, classifiers = [] } = findSuite(name);
	return { cells: await expandCells({ rows, seeds, options: new Map() }), classifiers };
}

test('every kind of labels is made once for all seeds and methods', async t => {
	const inferred = (labelFraction: number) => ({ kind: 'inferred-labels', labelFraction }) as const;
	const soft = (labelFraction: number) => ({ kind: 'inferred-soft-labels', labelFraction }) as const;
	t.deepEqual(labelPreparations(await gridOf('paper')), [
		{ kind: 'clusters', clusters: 50 },
		...[0.05, 0.1, 0.2].map(inferred),
		...[0.05, 0.1, 0.2].map(soft),
		inferred(0.025),
	]);
});

test('a grid of classifiers needs them though it has no runs', async t => {
	const { cells, classifiers } = await gridOf('table-3');
	t.deepEqual(cells, []);
	t.deepEqual(
		labelPreparations({ cells, classifiers }).map(preparation => preparation.kind),
		['inferred-labels', 'inferred-labels', 'inferred-labels'],
	);
});

test('labels of one network are not made at the same time, so that it is trained once', async t => {
	const { data, labels } = preparationJobs({
		...(await gridOf('table-5')),
		profile: findProfile('smoke'),
		steps: 1,
		data: 'shapes',
		out: '/tmp/none',
	});
	const job = (kind: string) => labels.get(`{"kind":"${kind}","labelFraction":0.1}`)!;
	t.deepEqual(job('inferred-labels').after, [data.id]);
	t.deepEqual(job('inferred-soft-labels').after, [data.id, job('inferred-labels').id]);
});
