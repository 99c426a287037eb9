import test from 'ava';
import { countOf } from '../../harness/count-of.ts';

test('only one of a kind has no s', t => {
	t.deepEqual(
		[0, 1, 2, 11].map(count => countOf(count, 'run')),
		['0 runs', '1 run', '2 runs', '11 runs'],
	);
});
