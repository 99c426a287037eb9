import { UsageError } from '../../errors.ts';
import { findProfile } from '../../suite/profiles.ts';
import { departures } from '../cards/card.ts';
import { optionCard } from '../cards/option-card.ts';
import { pretrainingCard } from '../cards/pretraining-card.ts';
import { isPaperProfile, protocolCard, settingCard, unpublishedSettings } from '../cards/setting-card.ts';
import { type FoundMethod, findMethods, hasChangedSince } from '../find-methods.ts';
import type { FinishedRun } from '../read-grid.ts';
import { isManifest, type Manifest } from '../read-manifest.ts';
import { placeOfRun, type Rule, type Words } from '../rule.ts';

export const settings: Rule = {
	name: 'settings',
	summary:
		"settings, options and pre-training are the paper's or the released configuration's in imagenet-128 and -256, else those of profile and method",
	needs: 'manifest',
	async check({ finished }) {
		const methods = await findMethods(finished);
		const known = new Map<string, Words[]>();
		return finished.flatMap((run, index) =>
			isManifest(run.manifest)
				? checkRun(run, run.manifest, methods[index]!, known).map(words => ({
						...placeOfRun(run.run),
						...words,
					}))
				: [],
		);
	},
};

/** @param known what was found of settings, by their JSON: thousands of runs have the same */
function checkRun(
	{ result }: FinishedRun,
	manifest: Manifest,
	found: FoundMethod,
	known: Map<string, Words[]>,
): Words[] {
	const key = JSON.stringify([result.profile, manifest.identity.settings]);
	const ofSettings = known.get(key) ?? checkSettings(result.profile, manifest);
	known.set(key, ofSettings);
	return [
		...ofSettings,
		...(isPaperProfile(result.profile)
			? departures({ protocol: result.protocol.name }, protocolCard, 'setting')
			: []),
		...checkOptions(result.profile, manifest, found),
		...checkPretraining(result.profile, manifest),
	];
}

/** Undefined for one that this version does not know. */
function profileOf(name: string): ReturnType<typeof findProfile> | undefined {
	try {
		return findProfile(name);
	} catch (error) {
		if (error instanceof UsageError) return undefined;
		throw error;
	}
}

function checkSettings(name: string, { identity }: Manifest): Words[] {
	const profile = profileOf(name);
	if (!profile) {
		return [{ expected: 'settings of a known profile', actual: `profile ${name}`, notChecked: true }];
	}

	const unpublished = unpublishedSettings(name);
	return [
		...departures(identity.settings, settingCard(profile, identity.settings), 'setting'),
		...(unpublished === undefined
			? []
			: [
					{
						expected: unpublished,
						actual: 'not published: held against the profile alone',
						notChecked: true,
					},
				]),
	];
}

function checkOptions(profile: string, manifest: Manifest, found: FoundMethod): Words[] {
	const unknown = (actual: string): Words[] => [{ expected: 'options on a card', actual, notChecked: true }];
	if ('problem' in found) return unknown(found.problem);
	const card = optionCard(found, isPaperProfile(profile));
	if (card === undefined) return unknown(`${found.method.name} has an option without default`);
	const differences = departures(manifest.identity.options, card, 'option');
	// A user's module may have been worked on since, its defaults as well.
	return differences.length > 0 && hasChangedSince(found, manifest)
		? unknown('its module has changed since the run')
		: differences;
}

/** The network that made the labels, where one did. */
function checkPretraining(name: string, { identity, preparedLabels }: Manifest): Words[] {
	const profile = profileOf(name);
	if (!preparedLabels || !profile) return [];
	const { pretraining, kind } = preparedLabels;
	if (pretraining === undefined) {
		return [{ expected: 'options of the pre-training', actual: 'not recorded', notChecked: true }];
	}

	const { labelFraction, labelList } = identity;
	const labels = {
		labelFraction: kind === 'clusters' ? null : labelFraction,
		...(labelList !== undefined && { labelList }),
	};
	return departures(pretraining, pretrainingCard(profile, labels), 'pre-training option');
}
