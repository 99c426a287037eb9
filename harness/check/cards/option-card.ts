import type { LoadedMethod } from '../../../methods/registry.ts';
import { readHyperparameters } from '../../../reference/hyperparameters.ts';
import { readSsGanHyperparameters } from '../../../reference/ssgan.ts';
import { moduleOfMethod } from '../../run/method-of-run.ts';
import { type Card, cardOf } from './card.ts';

/**
 * The card of a method's options: the documented default of each, and in runs of the paper's size what the paper says
 * where it says it. It does not for rotatedBatchFraction and realLoss, and of λ, `classWeight`, there is only a
 * doubtful set of values that were searched: there the default stands.
 *
 * @param ofPaper whether the run is of a profile that repeats the paper's size
 * @returns undefined if the method has an option without default
 */
export function optionCard(loaded: LoadedMethod, ofPaper: boolean): Card | undefined {
	const defaults = loaded.method.options.safeParse({});
	if (!defaults.success) return undefined;
	const card = cardOf(defaults.data, `the default of ${loaded.method.name}`);
	if (!ofPaper || moduleOfMethod(loaded) !== null) return card;
	const published = Object.entries(publishedOptions(loaded.method.name));
	return { ...card, ...Object.fromEntries(published.filter(([name]) => Object.hasOwn(card, name))) };
}

/** Options by name, whether or not the method has them. */
function publishedOptions(method: string): Card {
	const { clustering, labels, selfSupervision } = readHyperparameters();
	const { alphaG, betaD } = selfSupervision;
	// The paper names β for two methods; the others have the default of Self-Supervised GANs.
	const own = betaD.value[method.toUpperCase()];
	// `soft (softmax of c_CT)`
	const [prediction] = labels.hardOrSoft.value['S2GAN-CO']!.split(' ');
	const paper = 'the paper';
	return {
		clusters: { allowed: [clustering.chosen.value], from: paper },
		prediction: { allowed: [prediction], from: paper },
		generatorRotationWeight: { allowed: [alphaG.value], from: paper },
		discriminatorRotationWeight:
			own === undefined
				? { allowed: [readSsGanHyperparameters().beta.value], from: 'Self-Supervised GANs, as in the paper' }
				: { allowed: [own], from: paper },
	};
}
