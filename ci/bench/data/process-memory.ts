import { readdirSync, readFileSync } from 'node:fs';

/** Of a process and all that it started, at one moment. */
export interface ProcessMemory {
	/** Bytes. */
	readonly resident: number;
	/** Bytes of memory of their own. */
	readonly own: number;
	/** Bytes of files, nearly all of them libraries; those of several processes count several times. */
	readonly files: number;
	/** Most bytes that the first process ever had resident. */
	readonly highest: number;
	/** Seconds of the processor so far, of those that are running. */
	readonly processorSeconds: number;
}

const ticksPerSecond = 100;

function read(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		// It has just ended.
		return '';
	}
}

function listTree(pid: number): number[] {
	let threads: string[] = [];
	try {
		threads = readdirSync(`/proc/${pid}/task`);
	} catch {
		// It has just ended.
	}
	const children = threads.flatMap(thread =>
		read(`/proc/${pid}/task/${thread}/children`).trim().split(/\s+/u),
	);
	return [pid, ...children.filter(Boolean).flatMap(child => listTree(Number(child)))];
}

/** Linux only: elsewhere everything is 0. */
export function readProcessMemory(pid: number): ProcessMemory {
	const total = { resident: 0, own: 0, files: 0, highest: 0, processorSeconds: 0 };
	for (const each of listTree(pid)) {
		const status = read(`/proc/${each}/status`);
		const bytes = (name: string): number =>
			Number(new RegExp(`^${name}:\\s+(\\d+)`, 'mu').exec(status)?.[1] ?? 0) * 1024;
		total.resident += bytes('VmRSS');
		total.own += bytes('RssAnon');
		total.files += bytes('RssFile');
		if (each === pid) total.highest = bytes('VmHWM');
		// After the name in brackets: state is field 3, utime and stime are fields 14 and 15.
		const fields = read(`/proc/${each}/stat`).split(') ').at(-1)!.split(' ');
		total.processorSeconds += (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
	}
	return total;
}
