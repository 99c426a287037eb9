// A control group of Linux with a limit on memory: whatever its processes hold, their files in the page cache
// included, is counted and kept below it. https://docs.kernel.org/admin-guide/cgroup-v2.html
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** In bytes. */
export interface GroupMemory {
	/** Most that was counted, page cache included: near the limit wherever more files are read than fit. */
	readonly peak: number;
	/** Memory of the processes' own. */
	readonly own: number;
	/** Pages of files that the processes have mapped: libraries. */
	readonly mapped: number;
	/** Times that the limit was met and pages of files were dropped for it. */
	readonly limitMet: number;
	/** Processes that the kernel killed because dropping was not enough. */
	readonly killed: number;
}

export interface MemoryGroup {
	/** `v1` or `v2` of the kernel's interface. */
	readonly version: 'v1' | 'v2';
	/** A command line that runs another one inside of the group, with all that it starts. */
	command(words: readonly string[]): readonly string[];
	read(): GroupMemory;
	/** Once all of its processes have ended. */
	remove(): Promise<void>;
}

/** Where this process's group of the memory controller lies, for `findParent`. */
export interface GroupPlaces {
	readonly root?: string;
	/** Content of /proc/self/cgroup. */
	readonly own?: string;
}

/**
 * The group below which a new one may be made, so that limits that already hold for this process hold there too: its
 * own group in v1, the one above in v2, where a group with processes has no groups below it that count memory.
 *
 * @returns or why there is none
 */
export function findParent({
	root = '/sys/fs/cgroup',
	own = existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'utf8') : '',
}: GroupPlaces = {}): { version: 'v1' | 'v2'; folder: string } | string {
	const v1 = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(?<group>.*)$/mu.exec(own)?.groups?.group;
	if (v1 !== undefined) {
		const folder = path.join(root, 'memory', v1);
		return existsSync(path.join(folder, 'memory.limit_in_bytes'))
			? { version: 'v1', folder }
			: `${folder} has no memory.limit_in_bytes`;
	}
	const v2 = /^0::(?<group>.*)$/mu.exec(own)?.groups?.group;
	if (v2 === undefined) return 'this system has no control groups';
	const folder = path.join(root, path.dirname(v2));
	const controllers = path.join(folder, 'cgroup.subtree_control');
	if (!existsSync(controllers)) return `${folder} is no control group`;
	return readFileSync(controllers, 'utf8').split(/\s/u).includes('memory')
		? { version: 'v2', folder }
		: `${controllers} does not list memory`;
}

const files = {
	v1: { limits: { 'memory.limit_in_bytes': 1, 'memory.swappiness': 0 }, peak: 'memory.max_usage_in_bytes' },
	v2: { limits: { 'memory.max': 1, 'memory.swap.max': 0 }, peak: 'memory.peak' },
} as const;

/**
 * Makes a group whose processes get this much memory, and no swap.
 *
 * @returns or why that cannot be done here: mostly that only root may
 */
export function makeMemoryGroup(limitBytes: number): MemoryGroup | string {
	const parent = findParent();
	if (typeof parent === 'string') return parent;
	const { version } = parent;
	const folder = path.join(parent.folder, `fewer-labels-${process.pid}`);
	try {
		mkdirSync(folder);
		for (const [name, factor] of Object.entries(files[version].limits)) {
			const file = path.join(folder, name);
			if (existsSync(file)) writeFileSync(file, String(factor * limitBytes));
		}
	} catch (error) {
		if (existsSync(folder)) rmdirSync(folder);
		return (error as Error).message;
	}
	const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
	const entry = (name: string, key: string): number =>
		Number(new RegExp(`^${key} (\\d+)$`, 'mu').exec(read(name))?.[1] ?? 0);
	return {
		version,
		command: words => ['sh', '-c', `echo $$ > '${folder}/cgroup.procs' && exec "$@"`, 'sh', ...words],
		read: () => ({
			peak: Number(read(files[version].peak)),
			own: entry('memory.stat', version === 'v1' ? 'total_rss' : 'anon'),
			mapped: entry('memory.stat', version === 'v1' ? 'total_mapped_file' : 'file_mapped'),
			limitMet: version === 'v1' ? Number(read('memory.failcnt')) : entry('memory.events', 'max'),
			killed: version === 'v1' ? entry('memory.oom_control', 'oom_kill') : entry('memory.events', 'oom_kill'),
		}),
		async remove() {
			for (let attempt = 0; existsSync(folder); attempt++) {
				try {
					rmdirSync(folder);
				} catch (error) {
					// The kernel lets go of a process a moment after its end is told.
					if (attempt === 50) throw error;
					await sleep(100);
				}
			}
		},
	};
}
