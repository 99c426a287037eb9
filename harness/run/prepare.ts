import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DataSet } from '../data/data-set.ts';
import { loadDataSet } from '../data/load.ts';
import type { Evaluator } from '../metrics/evaluators/evaluator.ts';
import { loadInceptionEvaluator } from '../metrics/evaluators/inception-evaluator.ts';
import { proxyEvaluator } from '../metrics/evaluators/proxy-evaluator.ts';
import type { FeatureNetwork } from '../metrics/feature-network/feature-network.ts';
import { featureNetworkId, featureNetworkPresets } from '../metrics/feature-network/presets.ts';
import { loadFeatureNetwork } from '../metrics/feature-network/storage.ts';
import { trainFeatureNetwork } from '../metrics/feature-network/train.ts';
import { locateInception } from '../metrics/inception/installed.ts';
import type { PresetName } from '../metrics/protocols/preset.ts';
import { defaultPreset, presets } from '../metrics/protocols/presets.ts';
import { describeSharedTraining } from './manifest.ts';
import type { Profile } from './profile.ts';
import { appendEvent } from './run-folder.ts';

export interface PreparedData {
	readonly dataSet: DataSet;
	/** What scores the runs: Inception, or a network trained on the training split. The caller's to dispose. */
	readonly evaluator: Evaluator;
}

export interface PrepareRequest {
	readonly profile: Profile;
	/** Data source, see `loadDataSet`. */
	readonly data: string;
	/** Folder that all runs of a grid share; the feature network is kept in it by content. */
	readonly sharedFolder: string;
	/** Protocol of Inception's scores, default `tfgan-s3gan`; not used by a proxy. */
	readonly preset?: PresetName;
	/** Looks at the data before any network is trained on them; what it throws ends the preparation. */
	readonly inspect?: (dataSet: DataSet) => void;
	/** Told of each phase; `fraction` is the part of the preparation that is done. */
	readonly report: (progress: { fraction: number; text: string }) => void;
}

async function obtainFeatureNetwork(request: PrepareRequest, dataSet: DataSet): Promise<FeatureNetwork> {
	const { profile, report, sharedFolder } = request;
	const options = featureNetworkPresets[profile.featureNetwork];
	const id = featureNetworkId(dataSet.digest, options);
	const folder = path.join(sharedFolder, 'feature-networks', id);
	if (existsSync(folder)) return loadFeatureNetwork(folder);
	const record = path.join(sharedFolder, 'pre-training', `feature-network-${id}`);
	appendEvent(record, { event: 'started', ...describeSharedTraining() });
	const startedAt = performance.now();
	const network = await trainFeatureNetwork(dataSet, options, progress =>
		report({ fraction: progress.fraction, text: `feature network, ${progress.text}` }),
	);
	// The first writer wins: read it back, so that two processes that raced go on with the same network.
	network.save(folder);
	network.dispose();
	appendEvent(record, { event: 'completed', totalMs: Math.round(performance.now() - startedAt) });
	return loadFeatureNetwork(folder);
}

/** The data of the runs of a profile: the same for all seeds. */
export function loadProfileData(
	profile: Profile,
	data: string,
	report?: (line: string) => void,
): Promise<DataSet> {
	return loadDataSet(data, {
		resolution: profile.settings(profile.defaultSteps).resolution,
		seed: 1,
		trainCount: profile.trainCount ?? undefined,
		testCount: profile.testCount ?? undefined,
		report,
	});
}

/**
 * What every run of a grid needs first: the data set, and what scores its runs. A proxy's feature network is trained
 * once for a data set and preset and found again by its content identity. The same for all seeds, or scores would not
 * compare.
 *
 * @throws EnvironmentError before anything else if the profile asks for Inception and its weights are not installed
 * @throws UsageError as `loadDataSet`
 */
export async function prepareData(request: PrepareRequest): Promise<PreparedData> {
	const { profile, report, preset = defaultPreset } = request;
	const inception = profile.evaluator === 'inception';
	if (inception) locateInception();
	const dataSet = await loadProfileData(profile, request.data, text => report({ fraction: 0, text }));
	request.inspect?.(dataSet);
	const evaluator = inception
		? loadInceptionEvaluator(presets[preset])
		: proxyEvaluator(await obtainFeatureNetwork(request, dataSet));
	return { dataSet, evaluator };
}
