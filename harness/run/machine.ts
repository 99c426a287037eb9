import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, hostname, totalmem } from 'node:os';
import { hasNvidiaDevice } from '../tensor/provision/platform.ts';

/** A GPU that this process may use. */
export interface GpuDescription {
	readonly index: number;
	readonly name: string;
	readonly uuid: string;
	readonly driver: string;
	readonly memoryMiB: number;
}

function nvidia(...parameters: string[]): string {
	try {
		return execFileSync('nvidia-smi', parameters, {
			encoding: 'utf8',
			timeout: 10_000,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
	} catch {
		return '';
	}
}

/** Reads the lines of `nvidia-smi --query-gpu=index,name,uuid,driver_version,memory.total --format=csv,noheader,nounits`. */
export function parseGpus(text: string): GpuDescription[] {
	return text
		.split('\n')
		.map(line => line.split(',').map(part => part.trim()))
		.filter(parts => parts.length === 5)
		.map(([index, name, uuid, driver, memory]) => ({
			index: Number(index),
			name,
			uuid,
			driver,
			memoryMiB: Number(memory),
		}));
}

/** The newest CUDA that the driver can run, as the head of `nvidia-smi` has it; null if it does not say. */
export const parseDriverCuda = (text: string): string | null =>
	/CUDA Version:\s*(?<version>[\d.]+)/u.exec(text)?.groups?.version ?? null;

/** GPUs that `CUDA_VISIBLE_DEVICES` leaves, which names them by index or by the start of their UUID. */
export function visibleGpus(gpus: readonly GpuDescription[], visible: string | undefined): GpuDescription[] {
	if (visible === undefined) return [...gpus];
	const names = visible.split(',').map(name => name.trim());
	return names.flatMap(name =>
		gpus.filter(({ index, uuid }) => name !== '' && (String(index) === name || uuid.startsWith(name))),
	);
}

/** The machine that a run is trained on, for its manifest. Null where there is no GPU that this process may use. */
export function describeMachine(environment: NodeJS.ProcessEnv = process.env) {
	const query = ['--query-gpu=index,name,uuid,driver_version,memory.total', '--format=csv,noheader,nounits'];
	const gpus = hasNvidiaDevice(environment)
		? visibleGpus(parseGpus(nvidia(...query)), environment.CUDA_VISIBLE_DEVICES)
		: [];
	return {
		host: hostname(),
		platform: `${process.platform} ${process.arch}`,
		processor: cpus()[0]?.model ?? 'unknown',
		cores: availableParallelism(),
		memoryBytes: totalmem(),
		gpus: gpus.length === 0 ? null : gpus,
		driverCuda: gpus.length === 0 ? null : parseDriverCuda(nvidia()),
	};
}
