import path from 'node:path';
import type { Command } from 'commander';

interface CacheOptions {
	readonly json?: true;
}

const gigabytes = (bytes: number): string =>
	bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;

const totalOf = (entries: readonly { readonly bytes: number }[]): number =>
	entries.reduce((sum, { bytes }) => sum + bytes, 0);

const sets = (count: number): string => (count === 1 ? '1 set' : `${count} sets`);

/** Adds `metrics cache`: the features that scores have left behind. */
export function register(metrics: Command): void {
	const cache = metrics
		.command('cache')
		.description('features that scores and evaluations keep: list them, say how large they are, remove them')
		.addHelpText(
			'after',
			`
Features lie in $FEWER_LABELS_CACHE/metrics/features (default: ~/.cache/fewer-labels), by the content of the images.
Above 20 GB (--cache-limit of score and evaluate) those that were not used for the longest time are dropped; those used
within the last hour stay. Removing them is safe: they are made again.

Examples:
  $ fewer-labels metrics cache list
  $ fewer-labels metrics cache size --json
  $ fewer-labels metrics cache clear`,
		);
	const add = (name: string, description: string, action: (options: CacheOptions) => Promise<void>) =>
		cache
			.command(name)
			.description(description)
			.option('--json', 'print the outcome as JSON on stdout')
			.action(action);
	add('list', 'all sets of features, the least recently used first', list);
	add('size', 'how much room they take', size);
	add('clear', 'remove all of them', clear);
}

async function open() {
	const contents = await import('../../metrics/cache/cache-contents.ts');
	const { cacheFolder } = await import('../../tensor/runtime-location.ts');
	return { ...contents, root: path.join(cacheFolder(), 'metrics', 'features') };
}

async function list({ json }: CacheOptions): Promise<void> {
	const { listEntries, root } = await open();
	const entries = listEntries(root);
	if (json) {
		process.stdout.write(`${JSON.stringify({ folder: root, entries })}\n`);
		return;
	}
	for (const { key, bytes, usedAt, count, dimension, material } of entries) {
		const used = new Date(usedAt).toISOString().slice(0, 16).replace('T', ' ');
		const network = String(material.extractorFingerprint).slice(0, 12);
		process.stdout.write(
			`${key.slice(0, 12)}  ${gigabytes(bytes).padStart(9)}  used ${used}  ${count} × ${dimension}, network ${network}, images ${String(material.content).slice(0, 12)}\n`,
		);
	}
	process.stderr.write(`${sets(entries.length)} in ${root}, ${gigabytes(totalOf(entries))}\n`);
}

async function size({ json }: CacheOptions): Promise<void> {
	const { listEntries, root } = await open();
	const entries = listEntries(root);
	const bytes = totalOf(entries);
	process.stdout.write(
		json
			? `${JSON.stringify({ folder: root, entries: entries.length, bytes })}\n`
			: `${gigabytes(bytes)} in ${sets(entries.length)} (${root})\n`,
	);
}

async function clear({ json }: CacheOptions): Promise<void> {
	const { clearEntries, clearAbandoned, recentMs, root } = await open();
	const { removeAbandonedUnpacked } = await import('../../metrics/sources/unpacked-folders.ts');
	const removed = clearEntries(root);
	const unpacked = removeAbandonedUnpacked(path.join(path.dirname(root), 'unpacked'), recentMs);
	const abandoned = unpacked + clearAbandoned(root);
	const bytes = totalOf(removed);
	if (json) {
		process.stdout.write(`${JSON.stringify({ folder: root, removed: removed.length, bytes, abandoned })}\n`);
	} else {
		const left =
			abandoned === 0
				? ''
				: `, and ${abandoned} ${abandoned === 1 ? 'folder' : 'folders'} that killed processes left`;
		process.stderr.write(`Removed ${sets(removed.length)}, ${gigabytes(bytes)}, from ${root}${left}\n`);
	}
}
