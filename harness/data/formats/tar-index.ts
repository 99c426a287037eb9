import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { createWindow, damagedFile } from './read-file.ts';

// The tar-stream package reads archives from their first byte to their last. Pictures are taken from any place of
// an archive of 138 GB here, so this reader hops from header to header and keeps where each file lies.

/** A file inside an archive. */
export interface TarEntry {
	/** Path inside the archive, without a leading `./`. */
	readonly name: string;
	/** Of its first byte, in the archive file. */
	readonly offset: number;
	/** In bytes. */
	readonly size: number;
}

export interface TarRange {
	/** Where the archive starts in its file, for archives inside archives. Default 0. */
	readonly start?: number;
	/** Where it ends. Default the end of the file. */
	readonly end?: number;
}

const blockBytes = 512;
/** Long names and extended headers above this size are no names. */
const longestHeaderBytes = 2 ** 20;

/** Text up to the first zero byte. */
function textAt(header: Buffer, start: number, length: number): string {
	const zero = header.indexOf(0, start);
	return header.toString('utf8', start, zero === -1 ? start + length : Math.min(zero, start + length));
}

/** Size field: octal text, or for 8 GiB and above a binary number marked by its first bit (GNU). */
function readSize(header: Buffer): number {
	if (header[124] & 0x80) return Number(header.readBigUInt64BE(128));
	const text = textAt(header, 124, 12).trim();
	return /^[0-7]+$/u.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

/** Headers between two looks at what else the process has to do: an interruption, say. */
const headersAtOnce = 1024;

/** Sum of the header's bytes, its own eight counted as spaces. */
function hasRightChecksum(header: Buffer): boolean {
	const stated = Number.parseInt(textAt(header, 148, 8).trim(), 8);
	let sum = 8 * 0x20;
	for (let index = 0; index < blockBytes; index++) if (index < 148 || index >= 156) sum += header[index];
	return sum === stated;
}

/** Records of an extended header: `LENGTH KEY=VALUE\n` each. */
function readExtended(content: Buffer): Map<string, string> {
	const records = new Map<string, string>();
	for (let position = 0; position < content.length; ) {
		const space = content.indexOf(0x20, position);
		const length = Number(content.toString('latin1', position, space));
		if (space === -1 || !(length > space - position)) break;
		const record = content.toString('utf8', space + 1, position + length - 1);
		const equals = record.indexOf('=');
		records.set(record.slice(0, equals), record.slice(equals + 1));
		position += length;
	}
	return records;
}

const notAnArchive = 'this is no tar archive; if it is compressed, unpack it first (gunzip, zstd -d)';

/**
 * The files in a tar archive (POSIX and GNU, with long names and large sizes), in the archive's order, without
 * reading what is in them.
 *
 * @param handle of the archive file, left open
 * @param file its path, for messages
 * @throws UsageError with the byte offset if a header is damaged, a file reaches beyond the end, the closing
 * blocks are missing (the archive is cut short), or an entry is a link
 */
export async function* listTar(
	handle: FileHandle,
	file: string,
	range: TarRange = {},
): AsyncGenerator<TarEntry> {
	const window = createWindow(handle, file);
	const { start = 0, end = window.size } = range;
	let position = start;
	let longName: string | undefined;
	let longSize: number | undefined;
	for (let headers = 1; ; headers++) {
		if (headers % headersAtOnce === 0) await setImmediate();
		if (position + blockBytes > end) {
			const missing = position > start ? 'without its closing blocks' : 'within its first header';
			const problem = end === start ? 'the archive is empty' : `the archive ends here ${missing}`;
			throw damagedFile(file, position, problem);
		}
		const header = window.read(position, blockBytes);
		if (header.every(byte => byte === 0)) return;
		if (!hasRightChecksum(header)) {
			const problem = position === start ? notAnArchive : 'the header of the next file is damaged';
			throw damagedFile(file, position, problem);
		}
		const type = String.fromCharCode(header[156] || 0x30);
		const size = longSize ?? readSize(header);
		const offset = position + blockBytes;
		const prefix = header.toString('latin1', 257, 262) === 'ustar' && header[263] === 0x30;
		const folder = prefix ? textAt(header, 345, 155) : '';
		const name = longName ?? (folder === '' ? '' : `${folder}/`) + textAt(header, 0, 100);
		if (!(size >= 0)) throw damagedFile(file, position, `the size of '${name}' is no number`);
		if (offset + size > end) {
			const has = `it needs ${size} bytes, the archive has ${Math.max(0, end - offset)} left`;
			throw damagedFile(file, offset, `the archive ends within '${name}': ${has}`);
		}
		if (type === 'L' || type === 'x') {
			if (size > longestHeaderBytes) throw damagedFile(file, position, `a name of ${size} bytes is damage`);
			const content = window.read(offset, size);
			if (type === 'L') longName = textAt(content, 0, size);
			else {
				const records = readExtended(content);
				longName = records.get('path');
				longSize = records.has('size') ? Number(records.get('size')) : undefined;
			}
		} else if (type === '0' || type === '7') {
			if (!name.endsWith('/')) yield { name: name.replace(/^(?:\.\/)+/u, ''), offset, size };
		} else if (type === '1' || type === '2' || type === 'S') {
			const what = type === 'S' ? 'a sparse file' : 'a link';
			const fix = 'write the archive again with the files themselves in it (tar --dereference)';
			throw damagedFile(file, position, `'${name}' is ${what}, which archives of pictures may not hold`, fix);
		}
		if (type !== 'L' && type !== 'x') {
			longName = undefined;
			longSize = undefined;
		}
		position = offset + Math.ceil(size / blockBytes) * blockBytes;
	}
}
