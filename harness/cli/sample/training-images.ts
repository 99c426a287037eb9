import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readClusterFiles } from '../../../methods/pretraining/clustering/cluster-files.ts';
import type { DataSet } from '../../data/data-set.ts';
import { loadDataSet } from '../../data/load.ts';
import { ActionableError } from '../../errors.ts';
import type { LabelMeaning } from '../../samples/class-sheet.ts';
import { labelMeaning } from '../../samples/sample-sheets.ts';
import type { StoredRun } from '../../samples/stored-run.ts';
import { profiles } from '../../suite/profiles.ts';

/** Training data of a run, as far as they are there. */
export interface TrainingImages {
	readonly dataSet: DataSet | undefined;
	readonly meaning: LabelMeaning;
	/** Why there are none, in words. */
	readonly problem: string | undefined;
}

/**
 * Loads the data that a run was trained on, from the source that its manifest names, and proves by their digest that
 * they are the same.
 *
 * @param source given by the user; default: that of the manifest
 */
export async function loadTrainingImages(
	run: StoredRun,
	source: string | undefined,
): Promise<TrainingImages> {
	const none = (problem: string): TrainingImages => ({
		dataSet: undefined,
		meaning: { ofTraining: null },
		problem,
	});
	const from = source ?? run.dataSet?.source;
	if (from === undefined) return none('the run does not say where its training images came from');
	// How many images a profile takes is part of the data.
	const profile = profiles.find(({ name }) => name === run.profile);
	let dataSet: DataSet;
	try {
		dataSet = await loadDataSet(from, {
			resolution: run.settings.resolution,
			seed: 1,
			trainCount: profile?.trainCount ?? undefined,
			testCount: profile?.testCount ?? undefined,
		});
	} catch (error) {
		if (!(error instanceof ActionableError)) throw error;
		return none(`the training images cannot be read: ${error.message}`);
	}
	if (run.dataSet !== undefined && dataSet.digest !== run.dataSet.digest) {
		return none(`${from} holds other images than the run was trained on`);
	}
	if (run.method.labelling !== 'clusters') {
		return { dataSet, meaning: labelMeaning(run.method.labelling, dataSet, undefined), problem: undefined };
	}
	return { dataSet, meaning: { ofTraining: findClusters(run) }, problem: undefined };
}

/** Cluster of each training image, from the folder that the runs of a grid share; null if it is not there. */
function findClusters({ folder, clustersDigest, sharedFolder }: StoredRun): Int32Array | null {
	const candidates = [sharedFolder, path.resolve(folder, '../../shared'), path.join(folder, 'shared')];
	for (const shared of candidates) {
		const labels = shared && path.join(shared, 'labels');
		if (!labels || !existsSync(labels)) continue;
		for (const name of readdirSync(labels).filter(entry => entry.startsWith('clusters-'))) {
			try {
				const clusters = readClusterFiles(path.join(labels, name));
				if (clusters.clustersDigest === clustersDigest) return clusters.assignments;
			} catch (error) {
				if (!(error instanceof ActionableError)) throw error;
			}
		}
	}
	return null;
}
