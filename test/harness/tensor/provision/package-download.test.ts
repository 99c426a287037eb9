import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import {
	downloadPackageLibrary,
	packageDownload,
} from '../../../../harness/tensor/provision/package-download.ts';
import { makeEnvironment } from './fake-programs.ts';

const makeFolder = () => mkdtempSync(path.join(tmpdir(), 'fewer-labels-package-'));
const onlyX64 = process.arch === 'x64' ? test : test.skip;

/** A server on this machine that serves one archive at every address ending in .tar.gz but /refused/. */
async function serve(archive: Buffer): Promise<{ address: string; close: () => void }> {
	const server = createServer((request, response) => {
		const found = request.url?.endsWith('.tar.gz') && !request.url.startsWith('/refused/');
		response.writeHead(found ? 200 : 403).end(found ? archive : 'no');
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		close: () => server.close(),
	};
}

function makeArchive(): Buffer {
	const folder = makeFolder();
	mkdirSync(path.join(folder, 'lib'));
	writeFileSync(path.join(folder, 'lib', 'libtensorflow.so.2'), 'library');
	execFileSync('tar', ['-czf', 'x.tar.gz', 'lib'], { cwd: folder });
	return readFileSync(path.join(folder, 'x.tar.gz'));
}

onlyX64('takes host and version from the scripts of the package', t => {
	const { address, version } = packageDownload('cpu', {});
	t.is(version, '2.9.1');
	t.regex(
		address,
		/^https:\/\/.*\/tensorflow\/libtensorflow\/libtensorflow-cpu-linux-x86_64-2\.9\.1\.tar\.gz$/,
	);
	t.regex(packageDownload('cuda', {}).address, /libtensorflow-gpu-linux-x86_64-2\.9\.1\.tar\.gz$/);
});

onlyX64('lets the variables of the package name another host', t => {
	const mirror = packageDownload('cpu', { TFJS_NODE_CDN_STORAGE: 'http://mirror.example/' });
	t.is(
		mirror.address,
		'http://mirror.example/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz',
	);
	const base = packageDownload('cpu', { TFJS_NODE_BASE_URI: 'http://mirror.example/lib-' });
	t.is(base.address, 'http://mirror.example/lib-cpu-linux-x86_64-2.9.1.tar.gz');
});

test('downloads and unpacks the archive', async t => {
	const server = await serve(makeArchive());
	const folder = path.join(makeFolder(), 'deps');
	await downloadPackageLibrary({ address: `${server.address}a.tar.gz`, version: '1' }, folder, process.env);
	t.is(readFileSync(path.join(folder, 'lib', 'libtensorflow.so.2'), 'utf8'), 'library');
	server.close();
});

test('a server that refuses, and one that is not there, are clear errors', async t => {
	const server = await serve(Buffer.alloc(0));
	const folder = path.join(makeFolder(), 'deps');
	const address = `${server.address}refused/a.tar.gz`;
	const refused = await t.throwsAsync(
		downloadPackageLibrary({ address, version: '1' }, folder, process.env),
		{
			instanceOf: EnvironmentError,
		},
	);
	t.is(refused.message, `download of ${address} failed: HTTP status 403`);
	server.close();
	const gone = await t.throwsAsync(downloadPackageLibrary({ address, version: '1' }, folder, process.env), {
		instanceOf: EnvironmentError,
	});
	t.regex(gone.message, /failed: .*ECONNREFUSED/);
	t.regex(gone.fix ?? '', /--tensorflow PATH/);
});

test('without tar, and with a damaged archive, says so', async t => {
	const server = await serve(Buffer.from('no archive'));
	const download = { address: `${server.address}a.tar.gz`, version: '1' };
	const folder = path.join(makeFolder(), 'deps');
	await t.throwsAsync(downloadPackageLibrary(download, folder, makeEnvironment()), {
		instanceOf: EnvironmentError,
		message: /failed: tar is not installed$/,
	});
	await t.throwsAsync(downloadPackageLibrary(download, folder, process.env), {
		instanceOf: EnvironmentError,
		message: /^tar -xzf .* failed:\n/,
	});
	server.close();
});
