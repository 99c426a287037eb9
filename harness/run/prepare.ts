import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DataSet } from '../data/data-set.ts';
import { loadDataSet } from '../data/load.ts';
import type { FeatureNetwork } from '../metrics/feature-network/feature-network.ts';
import { featureNetworkId, featureNetworkPresets } from '../metrics/feature-network/presets.ts';
import { loadFeatureNetwork } from '../metrics/feature-network/storage.ts';
import { trainFeatureNetwork } from '../metrics/feature-network/train.ts';
import type { Profile } from './profile.ts';

export interface PreparedData {
	readonly dataSet: DataSet;
	/** The extractor of the proxy scores, trained on the training split of this data set. */
	readonly network: FeatureNetwork;
}

export interface PrepareRequest {
	readonly profile: Profile;
	/** Data source, see `loadDataSet`. */
	readonly data: string;
	/** Folder that all runs of a grid share; the feature network is kept in it by content. */
	readonly sharedFolder: string;
	/** Told of each phase; `fraction` is the part of the preparation that is done. */
	readonly report: (progress: { fraction: number; text: string }) => void;
}

/**
 * What every run of a grid needs first: the data set, and the feature network, which is trained once for a
 * data set and preset and found again by its content identity. The same for all seeds, or scores would not compare.
 */
export async function prepareData(request: PrepareRequest): Promise<PreparedData> {
	const { profile, report } = request;
	const { resolution } = profile.settings(profile.defaultSteps);
	const dataSet = await loadDataSet(request.data, {
		resolution,
		seed: 1,
		trainCount: profile.trainCount ?? undefined,
		testCount: profile.testCount ?? undefined,
		report: text => report({ fraction: 0, text }),
	});
	const options = featureNetworkPresets[profile.featureNetwork];
	const folder = path.join(
		request.sharedFolder,
		'feature-networks',
		featureNetworkId(dataSet.digest, options),
	);
	if (existsSync(folder)) return { dataSet, network: loadFeatureNetwork(folder) };
	const network = await trainFeatureNetwork(dataSet, options, progress =>
		report({ fraction: progress.fraction, text: `feature network, ${progress.text}` }),
	);
	// The first writer wins: read it back, so that two processes that raced go on with the same network.
	network.save(folder);
	network.dispose();
	return { dataSet, network: loadFeatureNetwork(folder) };
}
