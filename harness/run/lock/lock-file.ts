import { randomBytes } from 'node:crypto';
import {
	closeSync,
	fstatSync,
	linkSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readTextIfThere } from '../../read-if-there.ts';
import { isRunning, processIdentitySchema } from './process-identity.ts';

/** `lock.json`; its time of change is the owner's last heartbeat. */
const lockSchema = z.looseObject({
	schemaVersion: z.literal(1),
	/** Tells this lock from every other one. */
	token: z.string(),
	owner: processIdentitySchema,
	/** Milliseconds since 1970, by the owner's clock. */
	since: z.number(),
});
export type Lock = z.infer<typeof lockSchema>;

export const lockFile = 'lock.json';

/** The lock of a folder with the time of its last heartbeat, by the file server's clock; undefined if it is free. */
export function readLock(folder: string): { lock: Lock | undefined; beatAt: number } | undefined {
	let descriptor: number;
	try {
		// Opening a file makes a network file system ask for its current state.
		descriptor = openSync(path.join(folder, lockFile), 'r');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
	try {
		const { mtimeMs } = fstatSync(descriptor);
		const text = readFileSync(descriptor, 'utf8');
		const parsed = lockSchema.safeParse(parseJson(text));
		return { lock: parsed.success ? parsed.data : undefined, beatAt: mtimeMs };
	} finally {
		closeSync(descriptor);
	}
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Whose lock it is, in words. */
export const describeLock = (lock: Lock | undefined): string => {
	if (!lock) return 'a process of another version';
	const { pid, host, schedulerJobId } = lock.owner;
	const job = schedulerJobId === null ? '' : `, job ${schedulerJobId}`;
	return `process ${pid} on ${host}${job}, since ${new Date(lock.since).toISOString()}`;
};

/** Makes a file that has all of its content from the start; false if there is one of the name. */
function createWhole(file: string, text: string): boolean {
	const temporary = path.join(
		path.dirname(file),
		`.${lockFile}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`,
	);
	try {
		writeFileSync(temporary, text, { flag: 'wx' });
		// Unlike a rename, a link fails if the name is taken, also over a network.
		linkSync(temporary, file);
		return true;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'EEXIST') return false;
		if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
	} finally {
		rmSync(temporary, { force: true });
	}
	// A file system without links.
	try {
		writeFileSync(file, text, { flag: 'wx' });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	}
}

/** Gives the folder's lock this content if nobody has it; false if somebody does. */
export const createLock = (folder: string, text: string): boolean =>
	createWhole(path.join(folder, lockFile), text);

/** Puts this content in the place of a dead owner's lock; false if somebody else was faster. */
export function replaceLock(folder: string, dead: Lock | undefined, text: string): boolean {
	const guard = path.join(folder, `.${lockFile}.takeover-${dead?.token ?? 'unknown'}`);
	const file = path.join(folder, lockFile);
	if (!createWhole(guard, text)) {
		const found = readTextIfThere(guard);
		// Taking over takes a moment, and is over by now; who died in it leaves the guard behind.
		if (found === undefined) return false;
		const holder = lockSchema.safeParse(parseJson(found));
		if (!holder.success || isRunning(holder.data.owner) === false) rmSync(guard, { force: true });
		return false;
	}
	try {
		if (readLock(folder)?.lock?.token !== dead?.token) return false;
		const temporary = `${guard}.tmp`;
		writeFileSync(temporary, text);
		renameSync(temporary, file);
		return true;
	} finally {
		rmSync(guard, { force: true });
	}
}
