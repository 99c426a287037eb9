import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { currentBuild } from '../../../harness/tensor/provision/runtime-identity.ts';
import {
	cacheFolder,
	locateRuntime,
	type ReadyRuntime,
	readRuntime,
	wantedFlavour,
} from '../../../harness/tensor/runtime-location.ts';

const makeCache = () => mkdtempSync(path.join(tmpdir(), 'fewer-labels-cache-'));

/** A ready runtime in a cache, without a native library in its files. */
function makeRuntime(cache: string, name: string, changes: Partial<ReadyRuntime> = {}): string {
	const folder = path.join(cache, 'runtime', name);
	mkdirSync(folder, { recursive: true });
	const ready: ReadyRuntime = {
		schemaVersion: 1,
		flavour: 'cpu',
		tensorflowVersion: '2.21.0',
		source: 'pip',
		packages: [],
		addon: 'addon.node',
		quietLoader: 'quiet.node',
		library: 'library.so',
		build: currentBuild(),
		createdAt: 1000,
		...changes,
	};
	for (const file of [ready.addon, ready.quietLoader, ready.library])
		writeFileSync(path.join(folder, file), '');
	writeFileSync(path.join(folder, 'ready.json'), JSON.stringify(ready));
	return folder;
}

const environmentOf = (cache: string, flavour: 'cpu' | 'cuda' = 'cpu') => ({
	FEWER_LABELS_CACHE: cache,
	FEWER_LABELS_FLAVOUR: flavour,
});

test("the cache is where the user says, else in the user's cache folder", t => {
	t.is(cacheFolder({ FEWER_LABELS_CACHE: '/a', XDG_CACHE_HOME: '/b' }), '/a');
	t.is(cacheFolder({ XDG_CACHE_HOME: '/b', HOME: '/c' }), '/b/fewer-labels');
	t.is(cacheFolder({ HOME: '/c' }), '/c/.cache/fewer-labels');
});

test('no cache, an empty one, and one with an unfinished runtime give none', t => {
	const cache = makeCache();
	t.is(locateRuntime(environmentOf(path.join(cache, 'nonesuch'))), undefined);
	t.is(locateRuntime(environmentOf(cache)), undefined);
	mkdirSync(path.join(cache, 'runtime', 'half'), { recursive: true });
	t.is(locateRuntime(environmentOf(cache)), undefined);
});

test('prefers the wanted flavour, then the newest', t => {
	const cache = makeCache();
	makeRuntime(cache, 'a', { createdAt: 1 });
	const newest = makeRuntime(cache, 'b', { createdAt: 3 });
	makeRuntime(cache, 'c', { createdAt: 2 });
	const cuda = makeRuntime(cache, 'd', { flavour: 'cuda', createdAt: 0 });
	t.is(locateRuntime(environmentOf(cache))?.folder, newest);
	t.is(locateRuntime(environmentOf(cache, 'cuda'))?.folder, cuda);
});

test('a library that the user chose comes before another of the wrong flavour', t => {
	const cache = makeCache();
	makeRuntime(cache, 'a', { createdAt: 9 });
	const chosen = makeRuntime(cache, 'b', { source: 'path', createdAt: 1 });
	t.is(locateRuntime(environmentOf(cache, 'cuda'))?.folder, chosen);
});

test('a runtime that was built for another version of the addon is not used', t => {
	const cache = makeCache();
	makeRuntime(cache, 'a', { build: '0123456789abcdef' });
	t.is(locateRuntime(environmentOf(cache)), undefined);
});

test('a runtime folder that the user names is used as it is', t => {
	const folder = makeRuntime(makeCache(), 'a', { build: '0123456789abcdef' });
	t.is(locateRuntime({ FEWER_LABELS_RUNTIME: folder })?.folder, folder);
	t.is(locateRuntime({ FEWER_LABELS_RUNTIME: '/nonexistent' }), undefined);
});

test('a runtime whose library was removed, or whose record is damaged, does not count', t => {
	const cache = makeCache();
	const folder = makeRuntime(cache, 'a');
	t.not(readRuntime(folder), undefined);
	rmSync(path.join(folder, 'library.so'));
	t.is(readRuntime(folder), undefined);
	writeFileSync(path.join(makeRuntime(cache, 'b'), 'ready.json'), '{"schemaVersion": 1, "flav');
	t.is(locateRuntime(environmentOf(cache)), undefined);
});

test('the flavour can be forced, and is cpu when the GPU is hidden', t => {
	t.is(wantedFlavour({ FEWER_LABELS_FLAVOUR: 'cuda' }), 'cuda');
	t.is(wantedFlavour({ FEWER_LABELS_FLAVOUR: 'cpu' }), 'cpu');
	t.is(wantedFlavour({ CUDA_VISIBLE_DEVICES: '' }), 'cpu');
	t.throws(() => wantedFlavour({ FEWER_LABELS_FLAVOUR: 'gpu' }), {
		instanceOf: UsageError,
		message: "FEWER_LABELS_FLAVOUR: expected cpu or cuda, got 'gpu'",
	});
});
