import { spawnSync } from 'node:child_process';

/**
 * GPUs of this machine that jobs may use, by number or UUID: those of `CUDA_VISIBLE_DEVICES` if it is set, else all
 * that `nvidia-smi` lists; none without a driver.
 */
export function detectGpus(environment: NodeJS.ProcessEnv = process.env): string[] {
	const given = environment.CUDA_VISIBLE_DEVICES;
	if (given !== undefined) {
		const devices = given.split(',').map(device => device.trim());
		// CUDA itself stops at the first one that it does not know, as -1.
		const end = devices.findIndex(device => device === '' || device.startsWith('-'));
		return end === -1 ? devices : devices.slice(0, end);
	}
	const { status, stdout } = spawnSync('nvidia-smi', ['--query-gpu=index', '--format=csv,noheader'], {
		encoding: 'utf8',
		env: environment,
		timeout: 20_000,
	});
	return status === 0
		? stdout.split('\n').flatMap(line => (/^\s*\d+\s*$/u.test(line) ? [line.trim()] : []))
		: [];
}
