import {
	closeSync,
	existsSync,
	fstatSync,
	openSync,
	readFileSync,
	readSync,
	rmSync,
	statSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readTextIfThere } from '../read-if-there.ts';
import { lockFile } from '../run/lock/lock-file.ts';
import { writeFileAtomically } from '../write-atomically.ts';
import type { JobMessage } from './executor.ts';

// A job is a folder of plain files, OUT/jobs/ID, that launcher and job both read and write, on one machine or on two
// that share the file system: neither needs the other alive.

/** `job.json`: what to run, written by the launcher before the job is submitted. */
const jobRecordSchema = z.strictObject({
	schemaVersion: z.literal(1),
	id: z.string(),
	label: z.string(),
	/** Names this submission: in the job's status, and as the comment of the job on a cluster. */
	token: z.string(),
	executor: z.enum(['local', 'slurm', 'dry']),
	/** Program and arguments. */
	command: z.array(z.string()).min(1),
	/** Added to the environment. */
	environment: z.record(z.string(), z.string()),
	/** File of what people may want to read, appended to. */
	log: z.string(),
	/** How often a job may be queued again after pre-emption or a lost node. */
	retries: z.number().int().nonnegative(),
	/** See `Job.checkpoint`. */
	checkpoint: z.string().nullable(),
	/** See `Job.locks`. */
	lockedFolder: z.string().nullable(),
	/** GPU of this machine that the job has; null if none, or if a scheduler chooses. */
	device: z.string().nullable(),
	/** Jobs on the cluster that were this one before, and are given up. */
	replaces: z.array(z.string()),
});
export type JobRecord = z.infer<typeof jobRecordSchema>;

/** `status.json`: how an attempt ended, written last and by the job itself. */
const jobStatusSchema = z.strictObject({
	schemaVersion: z.literal(1),
	token: z.string(),
	state: z.enum(['done', 'failed', 'interrupted']),
	exitCode: z.number().int().nullable(),
	/** Signal that ended the command, null if none did. */
	signal: z.string().nullable(),
	/** Why it is not done, for people; empty if it is. */
	message: z.string(),
	/** What the attempt was asked to end by: `SIGTERM`, `SIGUSR1` (time limit), `lost scheduler`; null if nothing. */
	askedBy: z.string().nullable(),
	host: z.string(),
	scheduler: z.strictObject({
		jobId: z.string().nullable(),
		arrayJobId: z.string().nullable(),
		arrayTaskId: z.string().nullable(),
		restartCount: z.number().int(),
	}),
	/** Milliseconds since 1970. */
	startedAt: z.number(),
	endedAt: z.number(),
});
export type JobStatus = z.infer<typeof jobStatusSchema>;

export const jobFile = {
	record: 'job.json',
	status: 'status.json',
	/** Standard output of the present or last attempt. */
	output: 'output.jsonl',
	/** One line for each time that the job met its time limit. */
	timeLimits: 'time-limits.jsonl',
} as const;

export const jobFolder = (out: string, id: string): string => path.join(out, 'jobs', id);

export function writeJobRecord(folder: string, record: JobRecord): void {
	// A status of an earlier submission would only mislead people; programs look at the token.
	rmSync(path.join(folder, jobFile.status), { force: true });
	writeJson(path.join(folder, jobFile.record), record);
}

export function writeJobStatus(folder: string, status: JobStatus): void {
	writeJson(path.join(folder, jobFile.status), status);
}

function writeJson(file: string, value: unknown): void {
	writeFileAtomically(file, `${JSON.stringify(value, undefined, '\t')}\n`);
}

/** A file that is not there, or of another version, says nothing. */
function readJson<Value>(file: string, schema: z.ZodType<Value>): Value | undefined {
	try {
		return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
	} catch {
		return undefined;
	}
}

export const readJobRecord = (folder: string): JobRecord | undefined =>
	readJson(path.join(folder, jobFile.record), jobRecordSchema);

/** How the submission with this token ended last; undefined if it has not. */
export function readJobStatus(folder: string, token: string): JobStatus | undefined {
	const status = readJson(path.join(folder, jobFile.status), jobStatusSchema);
	return status?.token === token ? status : undefined;
}

/**
 * Whether a process has taken the lock of a job since it was handed over last. By the times of the files alone, which
 * one file server gives.
 */
export function hasBegun(folder: string): boolean {
	const changedAt = (file: string): number | undefined =>
		statSync(path.join(folder, file), { throwIfNoEntry: false })?.mtimeMs;
	const [taken, handedOver] = [changedAt(lockFile), changedAt(jobFile.record)];
	return taken !== undefined && handedOver !== undefined && taken >= handedOver;
}

function parseMessage(line: string): JobMessage | undefined {
	try {
		const message = JSON.parse(line) as JobMessage;
		return message.event === 'progress' || message.event === 'result' ? message : undefined;
	} catch {
		return undefined;
	}
}

/** The last `bytes` of a file as text; empty if there is none. */
export function readTail(file: string, bytes: number): string {
	if (!existsSync(file)) return '';
	const descriptor = openSync(file, 'r');
	try {
		const { size } = fstatSync(descriptor);
		const buffer = Buffer.alloc(Math.min(size, bytes));
		const read = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
		return buffer.subarray(0, read).toString('utf8');
	} finally {
		closeSync(descriptor);
	}
}

/** The last progress that a job printed. Cheap: reads the end of its output alone. */
export function readLastProgress(folder: string): { fraction: number; text: string } | undefined {
	const lines = readTail(path.join(folder, jobFile.output), 4096).split('\n');
	for (const line of lines.reverse()) {
		const message = parseMessage(line);
		if (message?.event === 'progress') return message;
	}
	return undefined;
}

/** The `result` that a job printed, undefined if none. */
export function readPrintedResult(folder: string): unknown {
	const file = path.join(folder, jobFile.output);
	for (const line of readTextIfThere(file)?.split('\n').reverse() ?? []) {
		const message = parseMessage(line);
		if (message?.event === 'result') return message.result;
	}
	return undefined;
}
