import { spawn } from 'node:child_process';
import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { cacheFolder } from '../../../harness/tensor/runtime-location.ts';

interface CacheModule {
	createTypeScriptCache(options: {
		version: string;
		folder?: string;
	}): (source: string, transform: (source: string) => string) => string;
	typeScriptCacheFolder(environment?: NodeJS.ProcessEnv): string;
}

// Plain JavaScript, because it runs before TypeScript does.
const file = path.resolve('harness/runtime/typescript-cache.js');
const { createTypeScriptCache, typeScriptCacheFolder } = (await import(file)) as CacheModule;

const root = mkdtempSync(path.join(tmpdir(), 'fewer-labels-typescript-'));
test.after.always(() => rmSync(root, { recursive: true, force: true }));

/** A cache, and the texts that it had transformed. */
function makeCache(folder: string, version = '1') {
	const asked: string[] = [];
	const cached = createTypeScriptCache({ version, folder: path.join(root, folder) });
	const get = (source: string): string =>
		cached(source, text => {
			asked.push(text);
			return `${text.toUpperCase()}\n// ö`;
		});
	return { get, asked, folder: path.join(root, folder) };
}

test('a text is transformed once, and again by another version of the transformation', t => {
	const first = makeCache('once');
	t.is(first.get('a'), 'A\n// ö');
	t.is(first.get('a'), 'A\n// ö');
	t.deepEqual(first.asked, ['a']);
	const second = makeCache('once');
	t.is(second.get('a'), 'A\n// ö');
	t.is(second.get('b'), 'B\n// ö');
	t.deepEqual(second.asked, ['b']);
	const other = makeCache('once', '2');
	other.get('a');
	t.deepEqual(other.asked, ['a']);
	t.true(readdirSync(first.folder).every(name => /^[0-9a-f]{64}\.js$/u.test(name)));
});

test('an entry that was cut short or is of another text is made again', t => {
	const { get, folder } = makeCache('damaged');
	get('a');
	const entry = path.join(folder, readdirSync(folder)[0]!);
	const whole = readFileSync(entry, 'utf8');
	for (const damaged of [
		'',
		whole.slice(0, -1),
		whole.replace('A', 'X').slice(0, 3),
		'\0'.repeat(whole.length),
	]) {
		writeFileSync(entry, damaged);
		const again = makeCache('damaged');
		t.is(again.get('a'), 'A\n// ö');
		t.deepEqual(again.asked, ['a']);
		t.is(readFileSync(entry, 'utf8'), whole);
	}
});

test('without a folder that can be written to, everything is transformed anew', t => {
	writeFileSync(path.join(root, 'file'), '');
	const { get, asked } = makeCache('file/folder');
	t.is(get('a'), 'A\n// ö');
	t.is(get('a'), 'A\n// ö');
	t.is(asked.length, 2);
	// Whoever may do anything writes here all the same; everybody else gets the code and leaves no trace.
	mkdirSync(path.join(root, 'read-only'));
	chmodSync(path.join(root, 'read-only'), 0o500);
	const second = makeCache('read-only');
	t.is(second.get('a'), 'A\n// ö');
	if (process.getuid?.() !== 0) t.deepEqual(readdirSync(second.folder), []);
});

test('an error of the transformation is passed on, and nothing is kept', t => {
	const folder = path.join(root, 'errors');
	mkdirSync(folder);
	const cached = createTypeScriptCache({ version: '1', folder });
	t.throws(
		() =>
			cached('a', () => {
				throw new SyntaxError('no');
			}),
		{ message: 'no' },
	);
	t.deepEqual(readdirSync(folder), []);
});

test('of too many entries the older ones go', t => {
	const { get, folder } = makeCache('many');
	mkdirSync(folder);
	for (let index = 0; index < 4000; index++) {
		const entry = path.join(folder, `${index}.js`);
		writeFileSync(entry, '');
		utimesSync(entry, index, index);
	}
	get('a');
	const left = readdirSync(folder);
	t.is(left.length, 2000);
	t.false(left.includes('2000.js'));
	t.true(left.includes('2001.js'));
	t.true(left.some(name => name.length > 64));
});

test('it lies in the cache folder of everything else', t => {
	for (const environment of [
		{ FEWER_LABELS_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' },
		{ XDG_CACHE_HOME: '/b', HOME: '/c' },
		{ HOME: '/c' },
		{},
	]) {
		t.is(typeScriptCacheFolder(environment), path.join(cacheFolder(environment), 'typescript'));
	}
});

test('processes that start at the same time share it', async t => {
	const cache = path.join(root, 'shared');
	const runs = Array.from(
		{ length: 3 },
		() =>
			new Promise<string>(resolve => {
				const child = spawn(process.execPath, ['harness/cli/fewer-labels.js', 'methods', '--help'], {
					env: { ...process.env, FEWER_LABELS_CACHE: cache },
				});
				let output = '';
				for (const stream of [child.stdout, child.stderr]) {
					stream.on('data', text => {
						output += String(text);
					});
				}
				child.on('close', status => resolve(`${status} ${output}`));
			}),
	);
	const outputs = await Promise.all(runs);
	t.regex(outputs[0]!, /^0 Usage: fewer-labels methods/u);
	t.is(new Set(outputs).size, 1);
	const entries = readdirSync(path.join(cache, 'typescript'));
	t.true(entries.length > 3);
	t.true(entries.every(name => name.endsWith('.js')));
});
