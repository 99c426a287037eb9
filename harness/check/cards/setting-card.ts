import { readHyperparameters } from '../../../reference/hyperparameters.ts';
import type { Profile } from '../../run/profile.ts';
import { type Card, type CardEntry, cardOf } from './card.ts';

/** Profiles that repeat the paper's size; the others are smaller on purpose. */
const paperProfiles: ReadonlySet<string> = new Set(['imagenet-128', 'imagenet-256']);

export const isPaperProfile = (name: string): boolean => paperProfiles.has(name);

/** The measuring protocol of the paper's scores, that of the released code; proxies and other presets are none. */
export const protocolCard: Card = {
	protocol: { allowed: ['tfgan-s3gan'], from: 'the released code' },
};

/** As recorded. */
type Settings = Readonly<Record<string, unknown>>;
type ProfileSettings = ReturnType<Profile['settings']>;

/** The card of a run's settings: those of its profile, and where the paper or the released code names one, that. */
export function settingCard(profile: Profile, given: Settings): Card {
	// How long a small run trains is a matter of time at hand; its moving average follows.
	const free = !isPaperProfile(profile.name) && typeof given.steps === 'number';
	const own = profile.settings(free ? Number(given.steps) : profile.defaultSteps);
	const { microBatchSize: _, ...others } = own;
	const card = { ...cardOf(others, `profile ${profile.name}`), ...microBatch(own, given) };
	if (!isPaperProfile(profile.name)) return card;
	return { ...card, ...publishedSettings(), ...publishedSize(profile.name, given) };
}

/** The paper's whole batch, which is what no micro-batch means, or the part of it that the profile passes at once. */
function microBatch({ batchSize, microBatchSize = batchSize }: ProfileSettings, given: Settings): Card {
	if (given.microBatchSize === undefined) return {};
	const allowed = [...new Set([microBatchSize, given.batchSize])];
	return { microBatchSize: { allowed, from: 'the profile, or the whole batch' } };
}

/** What holds at both resolutions. */
function publishedSettings(): Card {
	const { gan, evaluation } = readHyperparameters();
	const paper = ({ value }: { readonly value: unknown }): CardEntry => ({
		allowed: [value],
		from: 'the paper',
	});
	const { generatorEma } = gan;
	return {
		discriminatorSteps: paper(gan.discriminatorStepsPerGeneratorStep),
		beta1: paper(gan.beta1),
		beta2: paper(gan.beta2),
		emaDecay: { allowed: [generatorEma.value.decay], from: 'the released configuration' },
		emaStartStep: { allowed: [generatorEma.value.startStep], from: 'the released configuration' },
		fakeSets: paper(evaluation.fakeSets),
		fakesPerSet: paper(evaluation.fakeImages),
	};
}

/** The two of the paper or the two of the released configuration, not one of each. */
function learningRates(generator: unknown): Card {
	const { gan } = readHyperparameters();
	const pairs = [
		[gan.learningRateG.value, gan.learningRateD.value],
		[gan.learningRateGReleasedConfig.value, gan.learningRateDReleasedConfig.value],
	] as const;
	const from = 'the paper or the released configuration';
	const together = pairs.filter(([first]) => first === generator);
	return {
		generatorLearningRate: { allowed: pairs.map(([first]) => first), from },
		discriminatorLearningRate: {
			allowed: (together.length > 0 ? together : pairs).map(([, second]) => second),
			from: together.length > 0 ? `with that of the generator, ${from}` : from,
		},
	};
}

/** At 256×256 the paper names the resolution alone: see `unpublishedSettings`. */
function publishedSize(profile: string, { generatorLearningRate }: Settings): Card {
	const { gan } = readHyperparameters();
	const from = 'the paper';
	if (profile === 'imagenet-256') return { resolution: { allowed: [gan.extraResolution.value], from } };
	return {
		...learningRates(generatorLearningRate),
		resolution: { allowed: [gan.resolution.value[0]], from },
		// `ch` of Tables 6 and 7.
		channels: { allowed: [96], from },
		batchSize: { allowed: [gan.batchSize.value], from },
		steps: { allowed: [gan.generatorSteps.value], from },
	};
}

/** Settings that the paper has and does not say, so that nobody can tell whether a run has them; undefined if none. */
export const unpublishedSettings = (profile: string): string | undefined =>
	profile === 'imagenet-256'
		? 'learning rates, steps, batch size and channels of the paper at 256×256'
		: undefined;
