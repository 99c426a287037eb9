import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { ActionableError } from '../../errors.ts';
import { type ByteReader, createByteReader, destroyStreams, isGzip } from './byte-reader.ts';
import { damagedFile, problemOf } from './read-file.ts';

/** A file inside a compressed archive, while the archive is read past it. */
export interface TarMember {
	readonly name: string;
	/** In bytes. */
	readonly size: number;
	/** Its bytes; what is not taken is skipped. */
	readonly reader: ByteReader;
}

function failureOf(file: string, error: unknown): Error {
	const { code = '', message } = error as NodeJS.ErrnoException;
	if (code === 'Z_BUF_ERROR' || /end of data/iu.test(message)) {
		return damagedFile(file, undefined, 'the archive is cut short', undefined, error);
	}
	if (code.startsWith('Z_') || /tar header/iu.test(message)) {
		return damagedFile(file, undefined, `the archive is damaged (${code || message})`, undefined, error);
	}
	return damagedFile(file, undefined, problemOf(error), undefined, error);
}

/**
 * The files of a .tar.gz (or .tar) archive in its order, which is the only one in which a compressed archive can
 * be read. Leaving the loop early closes it.
 *
 * @throws UsageError if the archive is missing, damaged or cut short
 */
export async function* readTarMembers(file: string): AsyncGenerator<TarMember> {
	const gzipped = await isGzip(file);
	const raw = createReadStream(file, { highWaterMark: 2 ** 18 });
	const unpacked = gzipped ? createGunzip({ chunkSize: 2 ** 18 }) : undefined;
	const members = extract();
	const flowing = (unpacked ? pipeline(raw, unpacked, members) : pipeline(raw, members)).catch(() => {});
	try {
		for await (const entry of members) {
			const { name, size = 0, type } = entry.header;
			if (type === 'file') {
				yield {
					name: name.replace(/^(?:\.\/)+/u, ''),
					size,
					reader: createByteReader(entry as AsyncIterable<Uint8Array>, file, () => {}),
				};
			}
			entry.resume();
		}
	} catch (error) {
		throw error instanceof ActionableError ? error : failureOf(file, error);
	} finally {
		members.destroy();
		await (unpacked ? destroyStreams(raw, unpacked) : destroyStreams(raw));
		await flowing;
	}
}
