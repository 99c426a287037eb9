import { readFileSync } from 'node:fs';

/** Parent of a process, 0 if it cannot be told. */
function parentOf(pid: number): number {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The program's name, in brackets, may hold blanks; the state and the parent follow.
		return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
	} catch {
		return 0;
	}
}

/** Number of the nearest process with this name above a process; undefined if there is none, or none can be seen. */
export function ancestorNamed(name: string, pid: number = process.pid): number | undefined {
	for (let ancestor = parentOf(pid); ancestor > 1; ancestor = parentOf(ancestor)) {
		try {
			if (readFileSync(`/proc/${ancestor}/comm`, 'utf8').trim() === name) return ancestor;
		} catch {
			return undefined;
		}
	}
	return undefined;
}
