/**
 * How much of their agreement with the true classes do clusters owe to chance? Prints the quality that `prepare` wrote
 * into `clusters.json`, computed once more, and that of the same clusters beside the classes in random orders, as a JSON
 * line each. From the repository root:
 *
 *   npx fewer-labels prepare --profile proxy-32 --data cifar10:DIR --shared SHARED \
 *     --labelling '{"kind":"clusters","clusters":50}'
 *   node --import ./harness/runtime/register-typescript.js ci/experiments/cluster-quality.ts cifar10:DIR \
 *     SHARED/labels/clusters-50-… [--resolution 32] [--orders 3]
 */
import { parseArgs } from 'node:util';
import { loadDataSet } from '../../harness/data/load.ts';
import { UsageError } from '../../harness/errors.ts';
import { createStream } from '../../harness/tensor/random.ts';
import { readClusterFiles } from '../../methods/pretraining/clustering/cluster-files.ts';
import { describeClusters } from '../../methods/pretraining/clustering/describe-clusters.ts';

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: { resolution: { type: 'string', default: '32' }, orders: { type: 'string', default: '3' } },
});
const [source, folder] = positionals;
if (source === undefined || folder === undefined) {
	throw new UsageError(
		'cluster-quality: expected a data source and a folder of clusters',
		'see its first lines',
	);
}
const { train } = await loadDataSet(source, { resolution: Number(values.resolution) });
const { assignments } = readClusterFiles(folder);

function print(classes: string, labels: ArrayLike<number>): void {
	const { clusters, ...quality } = describeClusters(assignments, labels);
	process.stdout.write(`${JSON.stringify({ classes, clusters: clusters.length, ...quality })}\n`);
}

print('true', train.labels);
for (let order = 1; order <= Number(values.orders); order++) {
	const permutation = createStream(order, 'shuffled-classes').permutation(train.count);
	print(
		`shuffled, order ${order}`,
		Int32Array.from(permutation, image => train.labels[image]),
	);
}
