import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Method, OptionValues } from '../../methods/method.ts';
import { clusterFeatures } from '../../methods/pretraining/clustering/cluster-features.ts';
import {
	readClusterFiles,
	type StoredClusters,
	writeClusterFiles,
} from '../../methods/pretraining/clustering/cluster-files.ts';
import { describeClusters } from '../../methods/pretraining/clustering/describe-clusters.ts';
import { imageFeatures } from '../../methods/pretraining/clustering/image-features.ts';
import type { FeatureExtractor } from '../../methods/pretraining/feature-extractor.ts';
import { type LabelFiles, readLabelFiles, writeLabelFiles } from '../../methods/pretraining/label-file.ts';
import { labelTrainingSet } from '../../methods/pretraining/label-training-set.ts';
import {
	findPretrainingPreset,
	type PretrainingOptions,
	pretrainingId,
} from '../../methods/pretraining/options.ts';
import { digestOf } from '../canonical-json.ts';
import type { DataSet } from '../data/data-set.ts';
import type { TrainingLabels } from '../train/training-labels.ts';
import { obtainExtractor } from './prepare-extractor.ts';
import type { Profile } from './profile.ts';

/** Labels that a network has to make before a GAN can be trained with them. */
export type LabelPreparation =
	| {
			readonly kind: 'inferred-labels' | 'inferred-soft-labels';
			readonly labelFraction: number;
			/** Digest of the list of the labelled images; absent if they are a random part of every class. */
			readonly labelList?: string;
	  }
	| { readonly kind: 'clusters'; readonly clusters: number };

/** What the labels of a method at a label fraction need first; null if nothing. */
export function preparationOf(
	{ labelling }: Pick<Method, 'labelling'>,
	options: OptionValues,
	labelFraction: number | null,
	labelList?: { readonly digest: string },
): LabelPreparation | null {
	if (labelling === 'clusters') return { kind: labelling, clusters: Number(options.clusters) };
	const inferred = labelling === 'inferred-labels' || labelling === 'inferred-soft-labels';
	// With all labels there is nothing to infer.
	if (!inferred || labelFraction === null || labelFraction === 1) return null;
	return { kind: labelling, labelFraction, ...(labelList && { labelList: labelList.digest }) };
}

export interface PreparedLabels {
	readonly labels: TrainingLabels;
	/** Part of the identity of a run: equal digests mean equal labels from an equal network. */
	readonly digest: string;
	/** Where they come from and how wrong they are, for manifest and reports. */
	readonly provenance: Readonly<Record<string, unknown>>;
}

export interface LabelRequest {
	readonly preparation: LabelPreparation;
	readonly profile: Profile;
	readonly dataSet: DataSet;
	/** Folder that all runs of a grid share. */
	readonly sharedFolder: string;
	/** Training images of the preparation's list, ascending. */
	readonly listed?: Uint32Array;
	readonly report: (progress: { fraction: number; text: string }) => void;
	readonly signal?: AbortSignal;
	/** Time between two checkpoints of the network's training, in ms; default 600,000. */
	readonly checkpointEveryMs?: number;
}

// Part of the preparation that the training of the network makes up.
const trainingShare = 0.9;

/** The network of these options, from the shared folder or freshly trained into it. */
function obtainSharedExtractor(
	request: LabelRequest,
	options: PretrainingOptions,
): Promise<FeatureExtractor> {
	const { dataSet, sharedFolder, listed, report, signal, checkpointEveryMs } = request;
	return obtainExtractor({
		...{ dataSet, options, listed, signal, checkpointEveryMs },
		folder: path.join(sharedFolder, 'feature-extractors', pretrainingId(dataSet.digest, options)),
		trainings: path.join(sharedFolder, 'pre-training'),
		report: ({ fraction, text }) =>
			report({ fraction: trainingShare * fraction, text: `pre-training, ${text}` }),
	});
}

function fromLabelFiles(kind: LabelPreparation['kind'], files: LabelFiles): PreparedLabels {
	const soft = kind === 'inferred-soft-labels' ? files.readSoftLabels() : null;
	return {
		labels: { classes: files.classes, hard: files.labels, soft, fakeProbabilities: null },
		digest: digestOf([kind, files.labelsDigest, files.provenance.extractorFingerprint]),
		provenance: { kind, labelsDigest: files.labelsDigest, perClass: files.perClass, ...files.provenance },
	};
}

function fromClusters(files: StoredClusters): PreparedLabels {
	const { clusters, assignments, histogram, clustersDigest, provenance } = files;
	return {
		labels: { classes: clusters, hard: assignments, soft: null, fakeProbabilities: histogram },
		digest: digestOf(['clusters', clustersDigest]),
		provenance: { kind: 'clusters', clustersDigest, perCluster: files.perCluster, ...provenance },
	};
}

/**
 * The labels of all training images, made by the pre-trained network of §3.1 and kept in the shared folder by
 * content: trained once for all methods and seeds that need it.
 *
 * Clusters are those of a network that has seen no labels (Eq. 1); inferred labels are those of the classifier of
 * Eq. 2 for every training image.
 */
export async function prepareLabels(request: LabelRequest): Promise<PreparedLabels> {
	const { preparation, dataSet, report } = request;
	const options: PretrainingOptions = {
		...findPretrainingPreset(request.profile.pretraining),
		...(preparation.kind === 'clusters'
			? { labelFraction: null }
			: {
					labelFraction: preparation.labelFraction,
					...(preparation.labelList !== undefined && { labelList: preparation.labelList }),
				}),
	};
	const source = pretrainingId(dataSet.digest, options);
	const shared = path.join(request.sharedFolder, 'labels');
	const late = ({ fraction, text }: { fraction: number; text: string }): void =>
		report({ fraction: trainingShare + (1 - trainingShare) * fraction, text });

	if (preparation.kind !== 'clusters') {
		const folder = path.join(shared, `inferred-${source}`);
		if (!existsSync(path.join(folder, 'labels.json'))) {
			const extractor = await obtainSharedExtractor(request, options);
			const { listed } = request;
			const { content } = labelTrainingSet(extractor, dataSet, { onProgress: late, listed });
			const provenance = { profile: request.profile.name, ...content.provenance };
			writeLabelFiles(folder, { ...content, provenance });
			extractor.dispose();
		}
		return fromLabelFiles(preparation.kind, readLabelFiles(folder));
	}
	const folder = path.join(shared, `clusters-${preparation.clusters}-${source}`);
	if (!existsSync(path.join(folder, 'clusters.json'))) {
		const extractor = await obtainSharedExtractor(request, options);
		const features = imageFeatures(extractor, dataSet.train, {
			resolution: dataSet.resolution,
			onProgress: fraction => late({ fraction: fraction / 2, text: 'features of the training images' }),
		});
		const clustering = await clusterFeatures(
			features,
			{ clusters: preparation.clusters, seed: options.seed },
			({ fraction, text }) => late({ fraction: (1 + fraction) / 2, text: `clustering, ${text}` }),
		);
		features.dispose();
		const { clusters: _, ...quality } = describeClusters(clustering.assignments, dataSet.train.labels);
		writeClusterFiles(folder, clustering, {
			method: 'mini-batch k-means on features of a rotation network (arXiv 1903.02271, §3.1)',
			profile: request.profile.name,
			dataSet: { name: dataSet.name, digest: dataSet.digest },
			extractorFingerprint: extractor.fingerprint,
			pretraining: options,
			quality,
		});
		extractor.dispose();
	}
	return fromClusters(readClusterFiles(folder));
}
