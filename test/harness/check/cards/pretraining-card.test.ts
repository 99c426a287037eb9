import test from 'ava';
import { departures } from '../../../../harness/check/cards/card.ts';
import { pretrainingCard } from '../../../../harness/check/cards/pretraining-card.ts';
import { profiles } from '../../../../harness/suite/profiles.ts';
import { findPretrainingPreset } from '../../../../methods/pretraining/options.ts';

test('the recipe of every profile is on its card, and anything else departs from it', t => {
	for (const profile of profiles) {
		const card = pretrainingCard(profile, { labelFraction: 0.05 });
		const recipe: Record<string, unknown> = {
			...findPretrainingPreset(profile.pretraining),
			labelFraction: 0.05,
		};
		t.deepEqual(departures(recipe, card, 'option'), [], profile.name);
		for (const name of Object.keys(recipe)) {
			const [found] = departures({ ...recipe, [name]: 'another' }, card, 'option');
			t.regex(found?.expected ?? '', new RegExp(`^option ${name} `, 'u'), `${profile.name}, ${name}`);
		}
	}
});

test('§3.1 and §4 of the paper decide at its size', t => {
	const profile = profiles.find(({ name }) => name === 'imagenet-128')!;
	const card = pretrainingCard({ ...profile, pretraining: 'smoke' }, { labelFraction: null });
	t.like(card, {
		epochs: { allowed: [65] },
		batchSize: { allowed: [2048] },
		unlabelledPerBatch: { allowed: [1536] },
		classWeight: { allowed: [0.5] },
		labelFraction: { allowed: [null] },
	});
});

test('a list of labelled images must be that of the run', t => {
	const card = pretrainingCard(profiles[0]!, { labelFraction: 0.1, labelList: 'abc' });
	const recipe = { ...findPretrainingPreset(profiles[0]!.pretraining), labelFraction: 0.1 };
	t.deepEqual(departures({ ...recipe, labelList: 'abc' }, card, 'option'), []);
	t.is(departures({ ...recipe, labelList: 'abd' }, card, 'option').length, 1);
	t.like(departures(recipe, card, 'option')[0], { notChecked: true });
});
