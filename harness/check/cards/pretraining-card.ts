import { findPretrainingPreset } from '../../../methods/pretraining/options.ts';
import { readHyperparameters } from '../../../reference/hyperparameters.ts';
import type { Profile } from '../../run/profile.ts';
import { type Card, cardOf } from './card.ts';
import { isPaperProfile } from './setting-card.ts';

/**
 * The card of the network that made a run's labels: the recipe of the profile with the labels of the run, and in runs
 * of the paper's size what §3.1 and §4 of the paper name.
 *
 * @param labels what the network may have seen: a fraction, null for none, and the digest of a list if there is one
 */
export function pretrainingCard(
	profile: Profile,
	labels: { readonly labelFraction: number | null; readonly labelList?: string },
): Card {
	const preset = { ...findPretrainingPreset(profile.pretraining) };
	const card: Card = {
		...cardOf(preset, `pre-training of profile ${profile.name}`),
		...cardOf(labels, 'the labels of the run'),
	};
	if (!isPaperProfile(profile.name)) return card;
	const { pretraining } = readHyperparameters();
	const from = 'the paper';
	return {
		...card,
		epochs: { allowed: [pretraining.epochs.value], from },
		batchSize: { allowed: [pretraining.batchSize.value], from },
		unlabelledPerBatch: { allowed: [pretraining.unlabeledPerBatchB.value], from },
		classWeight: { allowed: [pretraining.gamma.value], from },
	};
}
