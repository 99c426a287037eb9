import { closeSync, openSync, readSync } from 'node:fs';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, character => character.charCodeAt(0));

/** A line of metrics as `appendEvent` writes it, up to its step. */
const [beforeTime, beforeStep] = [ascii('{"time":'), ascii(',"event":"metrics","step":')];
const [newline, bracket, zero] = [0x0a, 0x7d, 0x30];

/** What thousands of files are read into, one after another. */
let shared = Buffer.allocUnsafe(256 * 1024);

/** The bytes of a file, to be used before the next call; null if there is none. */
export function readSharedBytes(file: string): Buffer | null {
	let descriptor: number;
	try {
		descriptor = openSync(file, 'r');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
	try {
		let length = 0;
		for (;;) {
			const count = readSync(descriptor, shared, length, shared.length - length, null);
			length += count;
			if (count === 0) return shared.subarray(0, length);
			if (length < shared.length) continue;
			const larger = Buffer.allocUnsafe(2 * shared.length);
			shared.copy(larger);
			shared = larger;
		}
	} finally {
		closeSync(descriptor);
	}
}

/** Where a line ends: its newline, or the end of the file. */
export function endOfLine(bytes: Buffer, from: number): number {
	const end = bytes.indexOf(newline, from);
	return end === -1 ? bytes.length : end;
}

/** Whether a line ends as an object does. */
export const endsWithBracket = (bytes: Buffer, end: number): boolean => bytes[end - 1] === bracket;

/** Finds a word in lines that are asked for in their order: the bytes are searched once, not once a line. */
export function finder(bytes: Buffer, word: string): { isWithin(from: number, end: number): boolean } {
	let next = bytes.indexOf(word, 0, 'latin1');
	return {
		isWithin(from, end) {
			if (next !== -1 && next < from) next = bytes.indexOf(word, from, 'latin1');
			return next !== -1 && next < end;
		},
	};
}

/** The step of a line of metrics in its usual form, from 0; -1 for every other line. */
export function usualStep(bytes: Buffer, from: number, end: number): number {
	if (!isAt(bytes, from, end, beforeTime)) return -1;
	let at = from + beforeTime.length;
	while (at < end && isDigit(bytes[at]!)) at++;
	if (!isAt(bytes, at, end, beforeStep)) return -1;
	return wholeNumberAt(bytes, at + beforeStep.length, end) ?? -1;
}

/** The first `"step":…` of a line; NaN if there is none. */
export function stepWithin(bytes: Buffer, from: number, end: number): number {
	const mark = '"step":';
	const at = bytes.indexOf(mark, from, 'latin1');
	if (at === -1 || at >= end) return Number.NaN;
	return wholeNumberAt(bytes, at + mark.length, end) ?? Number.NaN;
}

function isAt(bytes: Buffer, from: number, end: number, word: Uint8Array): boolean {
	if (from + word.length > end) return false;
	for (let index = 0; index < word.length; index++) if (bytes[from + index] !== word[index]) return false;
	return true;
}

const isDigit = (byte: number): boolean => byte >= zero && byte <= zero + 9;

/** Undefined without a digit. */
function wholeNumberAt(bytes: Buffer, from: number, end: number): number | undefined {
	let value = 0;
	let at = from;
	for (; at < end && isDigit(bytes[at]!); at++) value = 10 * value + (bytes[at]! - zero);
	return at === from ? undefined : value;
}
