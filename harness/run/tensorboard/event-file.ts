import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { explainWriteError, writeFileAtomically } from '../../write-atomically.ts';
import { maskedCrc32c } from './crc32c.ts';
import { type EventMessage, encodeEvent, encodeFileVersion, stepOfEvent } from './event-message.ts';

// A record: length (uint64), its masked CRC-32C, data, their masked CRC-32C; all little-endian.
const headerBytes = 12;
const footerBytes = 4;

/** A record of TensorFlow's record format. */
export function encodeRecord(data: Uint8Array): Buffer {
	const record = Buffer.alloc(headerBytes + data.length + footerBytes);
	record.writeBigUInt64LE(BigInt(data.length), 0);
	record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
	record.set(data, headerBytes);
	record.writeUInt32LE(maskedCrc32c(data), headerBytes + data.length);
	return record;
}

/** The whole records of a file; stops at the first that is damaged or that a killed process cut short. */
export function* readRecords(file: Buffer): Generator<{ record: Buffer; data: Buffer }> {
	let position = 0;
	while (position + headerBytes <= file.length) {
		const header = file.subarray(position, position + headerBytes);
		if (maskedCrc32c(header.subarray(0, 8)) !== header.readUInt32LE(8)) return;
		const end = position + headerBytes + Number(header.readBigUInt64LE(0)) + footerBytes;
		if (end > file.length) return;
		const record = file.subarray(position, end);
		const data = record.subarray(headerBytes, -footerBytes);
		if (maskedCrc32c(data) !== record.readUInt32LE(record.length - footerBytes)) return;
		yield { record, data };
		position = end;
	}
}

/** Writes what TensorBoard shows of a run. */
export interface EventFile {
	add(event: Omit<EventMessage, 'wallTime'>): void;
}

/**
 * The event file of a run: one file for its whole life, so that a training that goes on adds to its own curves.
 * What an earlier process wrote after the step at which this one goes on is taken out: each step stands there once.
 *
 * @param step generator steps done; 0 for a run that begins
 */
export function openEventFile(folder: string, runId: string, step: number): EventFile {
	const file = path.join(folder, `events.out.tfevents.0000000000.${runId}`);
	try {
		mkdirSync(folder, { recursive: true });
		for (const name of readdirSync(folder)) {
			if (name.includes('tfevents')) trim(path.join(folder, name), step);
		}
		if (!existsSync(file)) writeFileAtomically(file, encodeRecord(encodeFileVersion(Date.now() / 1000)));
	} catch (error) {
		throw explainWriteError(file, error);
	}
	return {
		add({ step, values }) {
			const event = encodeEvent({ wallTime: Date.now() / 1000, step, values });
			try {
				appendFileSync(file, encodeRecord(event));
			} catch (error) {
				throw explainWriteError(file, error);
			}
		},
	};
}

function trim(file: string, step: number): void {
	const content = readFileSync(file);
	const kept = [...readRecords(content)]
		.filter(({ data }) => stepOfEvent(data) <= step)
		.map(({ record }) => record);
	const size = kept.reduce((sum, record) => sum + record.length, 0);
	if (size !== content.length) writeFileAtomically(file, Buffer.concat(kept));
}
