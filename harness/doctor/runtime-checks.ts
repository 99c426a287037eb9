import { ActionableError } from '../errors.ts';
import { hasNvidiaDevice } from '../tensor/provision/platform.ts';
import { runProgram } from '../tensor/provision/run-program.ts';
import { verifyRuntime } from '../tensor/provision/verify-runtime.ts';
import { cacheFolder, locateRuntime } from '../tensor/runtime-location.ts';
import type { Check } from './check.ts';

/** Is a native TensorFlow provisioned, does it load, does it compute rightly, and on which device? */
export async function checkRuntime(environment: NodeJS.ProcessEnv): Promise<Check> {
	const base = { id: 'tensorflow', title: 'TensorFlow' };
	const runtime = locateRuntime(environment);
	if (!runtime) {
		const forced = environment.FEWER_LABELS_RUNTIME;
		return {
			...base,
			status: 'problem',
			detail: forced
				? `FEWER_LABELS_RUNTIME=${forced}: no ready runtime in this folder`
				: `no runtime in ${cacheFolder(environment)} fits this version`,
			advice: forced ? 'unset FEWER_LABELS_RUNTIME or correct it' : 'run `npx fewer-labels setup`',
			data: { ready: false },
		};
	}
	try {
		const { version, gpu } = await verifyRuntime(runtime, environment);
		const idleGpu = !gpu && hasNvidiaDevice(environment);
		const device = gpu ? 'uses the GPU' : 'uses the CPU';
		return {
			...base,
			status: idleGpu ? 'warning' : 'ok',
			detail: `${version} (${runtime.flavour}, from ${runtime.source}), computes rightly, ${device}: ${runtime.folder}`,
			advice: idleGpu ? 'there is an NVIDIA GPU: run `npx fewer-labels setup --flavour cuda`' : undefined,
			data: { ready: true, loads: true, gpu, ...runtime },
		};
	} catch (error) {
		if (!(error instanceof ActionableError)) throw error;
		return {
			...base,
			status: 'problem',
			detail: error.message,
			advice: error.fix,
			data: { ready: true, loads: false, ...runtime },
		};
	}
}

/** NVIDIA GPUs as nvidia-smi lists them. */
export async function checkGpu(environment: NodeJS.ProcessEnv): Promise<Check> {
	const base = { id: 'gpu', title: 'GPU' };
	const fields = ['name', 'memory.total', 'driver_version', 'compute_cap'];
	const { exitCode, started, stdout, output } = await runProgram(
		'nvidia-smi',
		[`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'],
		{ environment, timeoutMs: 60_000 },
	);
	const visible = hasNvidiaDevice(environment);
	if (exitCode !== 0) {
		const broken = started || visible;
		return {
			...base,
			status: broken ? 'warning' : 'ok',
			detail: broken ? `an NVIDIA driver is there, but nvidia-smi fails ${output.trim()}`.trim() : 'none',
			advice: 'check the driver; training uses the CPU meanwhile',
			data: { gpus: [] },
		};
	}
	const gpus = stdout
		.split('\n')
		.filter(line => line.trim() !== '')
		.map(line => {
			const [name, memory, driver, computeCapability] = line.split(',').map(part => part.trim());
			return { name, memoryMebibytes: Number(memory), driver, computeCapability };
		});
	const list = gpus.map(gpu => `${gpu.name} (${gpu.memoryMebibytes} MiB, driver ${gpu.driver})`).join(', ');
	return {
		...base,
		status: visible ? 'ok' : 'warning',
		detail: visible ? list : `${list}, hidden from this process`,
		advice: 'CUDA_VISIBLE_DEVICES hides it, or the container has no access to the device',
		data: { gpus, visible },
	};
}
