import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import {
	clearAbandoned,
	clearEntries,
	evictEntries,
	listEntries,
	recentMs,
} from '../../../../harness/metrics/cache/cache-contents.ts';
import { openFeatureCache } from '../../../../harness/metrics/cache/feature-cache.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { runBinary } from '../../cli/run-binary.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';

const key = (content: string) => ({
	content,
	preprocessing: { resize: 'none' },
	extractorFingerprint: 'f'.repeat(64),
	logitsBias: true,
	backend: 'test',
});

function add(root: string, content: string, limitBytes?: number) {
	const writer = openFeatureCache(root, { limitBytes }).write(key(content), 4, 2);
	tf.tidy(() => writer.add(tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 9], [2, 4]), tf.ones([2, 2])));
	return writer.finish();
}

/** Makes an entry look as if it had been used last so long ago. */
function age(root: string, entryKey: string, ms: number): void {
	const then = new Date(Date.now() - ms);
	utimesSync(path.join(root, entryKey, 'entry.json'), then, then);
}

function filled(t: ExecutionContext, ...contents: string[]): { root: string; keys: string[] } {
	const root = temporaryFolder(t);
	const keys: string[] = [];
	for (const content of contents) {
		add(root, content);
		keys.push(listEntries(root).find(({ material }) => material.content === content)!.key);
	}
	for (const [index, entryKey] of keys.entries()) age(root, entryKey, (10 - index) * recentMs);
	return { root, keys };
}

test('entries are listed by their last use, with their size', t => {
	const { root, keys } = filled(t, 'a', 'b', 'c');
	mkdirSync(path.join(root, '.partial-1-abc'));
	t.deepEqual(
		listEntries(root).map(entry => entry.key),
		keys,
	);
	// Features 2 × 4 and logits 2 × 2 float32, statistics 4 + 16 float64, and the description.
	t.true(listEntries(root)[0].bytes > 32 + 16 + 160);
	openFeatureCache(root).find(key('a'));
	t.deepEqual(
		listEntries(root).map(entry => entry.key),
		[keys[1], keys[2], keys[0]],
	);
	t.deepEqual(listEntries(path.join(root, 'missing')), []);
});

test('above the limit the least recently used go, and what was used within the hour stays', t => {
	const { root, keys } = filled(t, 'a', 'b', 'c');
	const { bytes } = listEntries(root)[0];
	t.deepEqual(evictEntries(root, 3 * bytes + 10), []);
	t.deepEqual(
		evictEntries(root, 2.5 * bytes).map(entry => entry.key),
		[keys[0]],
	);
	age(root, keys[1], recentMs / 2);
	age(root, keys[2], recentMs / 3);
	t.deepEqual(evictEntries(root, 0), []);
	age(root, keys[1], 2 * recentMs);
	t.deepEqual(
		evictEntries(root, 0).map(entry => entry.key),
		[keys[1]],
	);
	t.deepEqual(readdirSync(root), [keys[2]]);
});

test('a new entry drives out old ones, never itself', t => {
	const { root, keys } = filled(t, 'a', 'b');
	add(root, 'new', 1);
	const left = listEntries(root);
	t.deepEqual(
		left.map(({ material }) => material.content),
		['new'],
	);
	t.false(existsSync(path.join(root, keys[0])));
});

test('an entry that is being read counts as used; one that someone removes meanwhile is told plainly', t => {
	const { root, keys } = filled(t, 'a');
	const entry = openFeatureCache(root).find(key('a'))!;
	age(root, keys[0], 5 * recentMs);
	const batch = entry.features.batches()[Symbol.iterator]().next().value!;
	batch.dispose();
	t.deepEqual(evictEntries(root, 0), []);
	t.is(clearEntries(root).length, 1);
	for (const read of [
		() => [...entry.features.batches()],
		() => entry.statistics(),
		() => [...entry.logits()],
	]) {
		t.throws(read, { instanceOf: UsageError, message: /: it was removed while it was in use$/u });
	}
});

test('what killed processes left half-written is cleared once nobody adds to it', t => {
	const root = temporaryFolder(t);
	const partial = (name: string, hours: number): void => {
		const folder = path.join(root, `.partial-${name}`);
		mkdirSync(folder);
		const file = path.join(folder, 'features.f32');
		writeFileSync(file, '');
		const at = new Date(Date.now() - hours * 3600 * 1000);
		for (const each of [file, folder]) utimesSync(each, at, at);
	};
	partial('old', 2);
	partial('new', 0);
	t.is(clearAbandoned(root), 1);
	t.deepEqual(readdirSync(root), ['.partial-new']);
	t.is(clearAbandoned(path.join(root, 'missing')), 0);
});

test('the command lists, sizes and clears', t => {
	const cache = temporaryFolder(t);
	const root = path.join(cache, 'metrics', 'features');
	mkdirSync(root, { recursive: true });
	const unpacked = path.join(cache, 'metrics', 'unpacked');
	mkdirSync(path.join(unpacked, `.unpacked-${hostname()}-${2 ** 22 + 1}-abcdef`), { recursive: true });
	add(root, 'a');
	const run = (...parameters: string[]) =>
		runBinary(['metrics', 'cache', ...parameters], { FEWER_LABELS_CACHE: cache });
	t.regex(
		run('list').stdout,
		/^[0-9a-f]{12} +0\.0 MB {2}used \d{4}-\d\d-\d\d \d\d:\d\d {2}2 × 4, network f{12}, images a\n$/u,
	);
	t.like(JSON.parse(run('size', '--json').stdout), { folder: root, entries: 1 });
	const cleared = run('clear');
	t.is(cleared.status, 0);
	t.regex(cleared.stderr, /^Removed 1 set, 0\.0 MB, from .*, and 1 folder that killed processes left\n$/u);
	t.deepEqual(readdirSync(unpacked), []);
	t.deepEqual(readdirSync(root), []);
	t.is(run('size').stdout, `0.0 MB in 0 sets (${root})\n`);
	t.is(run('lift').status, 2);
});
