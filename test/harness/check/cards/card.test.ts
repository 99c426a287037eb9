import test from 'ava';
import { cardOf, departures } from '../../../../harness/check/cards/card.ts';

const card = { ...cardOf({ a: 1, b: [45, 55] }, 'x'), c: { allowed: [2, 3], from: 'the paper' } };

test('values on the card depart from nothing', t => {
	t.deepEqual(departures({ c: 3, b: [45, 55], a: 1 }, card, 'option'), []);
});

test('every other value departs, one that no card has as well', t => {
	t.deepEqual(departures({ a: '1', b: [45, 56], c: 4, d: false }, card, 'option'), [
		{ expected: 'option a 1 (x)', actual: '1' },
		{ expected: 'option b [45,55] (x)', actual: '[45,56]' },
		{ expected: 'option c 2 or 3 (the paper)', actual: '4' },
		{ expected: 'no option d: no card has it', actual: 'false' },
	]);
});

test('what was not recorded is not checked', t => {
	t.deepEqual(departures({ b: [45, 55], c: 2 }, card, 'setting'), [
		{ expected: 'setting a 1 (x)', actual: 'not recorded', notChecked: true },
	]);
});
