import { existsSync } from 'node:fs';
import { EnvironmentError } from '../../errors.ts';

/**
 * True if an NVIDIA device is visible to this process: the driver's control device (or WSL's) is there, and
 * `$CUDA_VISIBLE_DEVICES` does not hide all of them.
 */
export function hasNvidiaDevice(environment: NodeJS.ProcessEnv = process.env): boolean {
	const visible = environment.CUDA_VISIBLE_DEVICES?.trim();
	if (visible === '' || visible?.startsWith('-1')) return false;
	return existsSync('/dev/nvidiactl') || existsSync('/usr/lib/wsl/lib/libcuda.so.1');
}

/** What of the machine decides whether the native library can run on it. */
export interface Platform {
	/** As `process.platform`. */
	readonly system: string;
	/** As `process.arch`. */
	readonly processor: string;
	/** Version of the GNU C library, undefined where there is another one (musl, say). */
	readonly glibc: string | undefined;
}

/** The machine that this process runs on. */
export function readPlatform(): Platform {
	let glibc: string | undefined;
	if (process.platform === 'linux') {
		const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
		report.excludeNetwork = true;
		const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
		glibc = header.glibcVersionRuntime;
	}
	return { system: process.platform, processor: process.arch, glibc };
}

/** Oldest GNU C library that TensorFlow's Linux builds run on: their wheels are tagged manylinux_2_27. */
const oldestGlibc = [2, 27] as const;

/**
 * Refuses machines for which no native library exists.
 *
 * @throws EnvironmentError naming the machine and what is supported
 */
export function requireSupportedPlatform(platform: Platform, flavour: 'cpu' | 'cuda'): void {
	const { system, processor, glibc } = platform;
	const supported = 'supported are Linux on x64 (cpu and cuda) and on arm64 (cpu), with glibc 2.27 or newer';
	if (system !== 'linux' || !['x64', 'arm64'].includes(processor)) {
		throw new EnvironmentError(
			`TensorFlow runtime: no native library for ${system} on ${processor}; ${supported}`,
			'use a Linux machine, a Linux container, or WSL 2 on Windows; `verify`, `plan` and `methods` run here',
		);
	}
	const [major, minor] = (glibc ?? '0.0').split('.').map(Number);
	if (major < oldestGlibc[0] || (major === oldestGlibc[0] && minor < oldestGlibc[1])) {
		throw new EnvironmentError(
			`TensorFlow runtime: this system's C library is ${glibc ? `glibc ${glibc}` : 'not glibc (musl?)'}; ${supported}`,
			'use a newer system, or a container image of one (Debian 10 or later, Ubuntu 18.04 or later; not Alpine)',
		);
	}
	if (flavour === 'cuda' && processor === 'arm64') {
		throw new EnvironmentError(
			`TensorFlow runtime: pip has no CUDA build for arm64; ${supported}`,
			'use `--flavour cpu`, or `--tensorflow PATH` with the folder of a TensorFlow installed for this machine',
		);
	}
}
