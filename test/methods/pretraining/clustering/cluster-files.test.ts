import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { writeNpy } from '../../../../harness/tensor/npy-file.ts';
import { clusterFeatures } from '../../../../methods/pretraining/clustering/cluster-features.ts';
import {
	readClusterFiles,
	writeClusterFiles,
} from '../../../../methods/pretraining/clustering/cluster-files.ts';
import { featureRowsFromArray } from '../../../../methods/pretraining/clustering/feature-rows.ts';
import { temporaryFolder } from '../../../harness/data/temporary-folder.ts';
import { drawBlobs } from './blobs.ts';

const { values } = drawBlobs(3, 20, 4, { separation: 10 });
const cluster = () => clusterFeatures(featureRowsFromArray(values, 4), { clusters: 3, seed: 1 });

test('clusters are read back as they were written, with where they come from', async t => {
	const folder = path.join(temporaryFolder(t), 'new');
	const clustering = await cluster();
	const provenance = { dataSetDigest: 'abc', quality: { purity: 0.5 } };
	writeClusterFiles(folder, clustering, provenance);
	const stored = readClusterFiles(folder);
	t.deepEqual(stored.assignments, clustering.assignments);
	t.deepEqual(stored.centres, clustering.centres);
	t.deepEqual(stored.histogram, clustering.histogram);
	t.deepEqual(stored.perCluster, [20, 20, 20]);
	t.deepEqual([stored.clusters, stored.dimension, stored.inertia], [3, 4, clustering.inertia]);
	t.deepEqual(stored.provenance, provenance);
	t.deepEqual(readdirSync(folder).sort(), ['cluster-centres.npy', 'clusters.json', 'clusters.npy']);
	const { settings } = JSON.parse(readFileSync(path.join(folder, 'clusters.json'), 'utf8'));
	t.deepEqual(settings, clustering.settings);
});

test('files that are missing, changed or do not belong together are refused', async t => {
	const folder = temporaryFolder(t);
	const clustering = await cluster();
	const refused = (message: RegExp) => {
		const error = t.throws(() => readClusterFiles(folder), { instanceOf: UsageError, message });
		t.is((error as UsageError | undefined)?.fix, 'delete that folder and cluster the images again');
	};
	refused(/no cluster files: clusters\.json cannot be read/u);
	const write = () => writeClusterFiles(folder, clustering, {});
	const description = path.join(folder, 'clusters.json');
	const edit = (change: (content: Record<string, unknown>) => void) => {
		write();
		const content = JSON.parse(readFileSync(description, 'utf8'));
		change(content);
		writeFileSync(description, JSON.stringify(content));
	};
	write();
	const swapped = clustering.assignments.toReversed();
	writeNpy(path.join(folder, 'clusters.npy'), { shape: [60], type: 'int32', parts: [swapped] });
	refused(/clusters\.npy is not the file that clusters\.json describes/u);
	edit(content => {
		content.images = 61;
	});
	refused(/clusters\.npy has shape \[60\], expected \[61\]/u);
	edit(content => {
		content.perCluster = [19, 21, 20];
	});
	refused(/counts other images/u);
	edit(content => {
		content.inertia = 'small';
	});
	refused(/inertia/u);
	write();
	t.notThrows(() => readClusterFiles(folder));
});
