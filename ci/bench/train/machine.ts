import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Where times were taken. */
export interface Machine {
	readonly processor: string;
	/** Cores that this process may use. */
	readonly cores: number;
	readonly memoryBytes: number;
	readonly system: string;
	/** Processes that wanted a core in the last minute, before the benchmark began. */
	readonly load: number;
}

export const describeMachine = (): Machine => ({
	processor: cpus()[0]?.model.trim() ?? 'unknown',
	cores: availableParallelism(),
	memoryBytes: totalmem(),
	system: `${platform()} ${release()} ${arch()}`,
	load: Number(loadavg()[0].toFixed(2)),
});

/** One line for people. */
export function formatMachine({ processor, cores, memoryBytes, system, load }: Machine): string {
	const gigabytes = (memoryBytes / 2 ** 30).toFixed(0);
	return `${processor}, ${cores} cores, ${gigabytes} GiB, ${system}, load ${load}`;
}

/** Whether other programs were busy enough to spoil times: more than a quarter of a core. */
export const isBusy = ({ load }: Machine): boolean => load > 0.25;
