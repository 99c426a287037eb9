import { createHash } from 'node:crypto';
import type { DataSet, MemorySplit } from './data-set.ts';

/**
 * SHA-256, in hex, over everything a run can see of a data set in memory: recipe, resolution, class names, and pixels and
 * labels of both splits, each with its length.
 */
export function digestDataSet(content: Omit<DataSet<MemorySplit>, 'name' | 'digest'>): string {
	const hash = createHash('sha256');
	const { recipe, resolution, classNames, train, test } = content;
	hash.update(JSON.stringify([recipe, resolution, classNames, train.count, test.count]));
	for (const split of [train, test]) {
		hash.update(split.pixels);
		hash.update(new Uint8Array(split.labels.buffer, split.labels.byteOffset, split.labels.byteLength));
	}
	return hash.digest('hex');
}
