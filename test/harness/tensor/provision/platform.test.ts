import test from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import {
	hasNvidiaDevice,
	readPlatform,
	requireSupportedPlatform,
} from '../../../../harness/tensor/provision/platform.ts';

const debian = { system: 'linux', processor: 'x64', glibc: '2.36' } as const;

test('reads the system of this process', t => {
	const platform = readPlatform();
	t.is(platform.system, process.platform);
	t.is(platform.processor, process.arch);
	if (process.platform === 'linux' && platform.glibc) t.regex(platform.glibc, /^\d+\.\d+/);
});

test('accepts Linux on x64 with both flavours, and on arm64 without CUDA', t => {
	t.notThrows(() => requireSupportedPlatform(debian, 'cpu'));
	t.notThrows(() => requireSupportedPlatform(debian, 'cuda'));
	t.notThrows(() => requireSupportedPlatform({ ...debian, glibc: '2.27' }, 'cpu'));
	t.notThrows(() => requireSupportedPlatform({ ...debian, processor: 'arm64' }, 'cpu'));
});

const refused = [
	[
		'macOS',
		{ system: 'darwin', processor: 'arm64', glibc: undefined },
		'cpu',
		/no native library for darwin on arm64/,
	],
	[
		'Windows',
		{ system: 'win32', processor: 'x64', glibc: undefined },
		'cpu',
		/no native library for win32 on x64/,
	],
	['another processor', { ...debian, processor: 'riscv64' }, 'cpu', /no native library for linux on riscv64/],
	['an old C library', { ...debian, glibc: '2.17' }, 'cpu', /this system's C library is glibc 2\.17/],
	['musl', { ...debian, glibc: undefined }, 'cpu', /this system's C library is not glibc \(musl\?\)/],
	['CUDA on arm64', { ...debian, processor: 'arm64' }, 'cuda', /pip has no CUDA build for arm64/],
] as const;

for (const [name, platform, flavour, message] of refused) {
	test(`refuses ${name}, and says what is supported`, t => {
		const error = t.throws(() => requireSupportedPlatform(platform, flavour), {
			instanceOf: EnvironmentError,
		});
		t.regex(error.message, message);
		t.regex(
			error.message,
			/supported are Linux on x64 \(cpu and cuda\) and on arm64 \(cpu\), with glibc 2\.27 or newer/,
		);
		t.is(error.exitCode, 7);
	});
}

test('a GPU that is hidden from the process does not count', t => {
	t.false(hasNvidiaDevice({ CUDA_VISIBLE_DEVICES: '' }));
	t.false(hasNvidiaDevice({ CUDA_VISIBLE_DEVICES: '-1' }));
});
