import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

export interface TarFile extends Partial<Header> {
	readonly name: string;
	/** Default empty. */
	readonly content?: Buffer;
}

/** A tar archive in memory. */
export async function makeTar(files: readonly TarFile[]): Promise<Buffer> {
	const archive = pack();
	for (const { content, ...header } of files)
		archive.entry({ mtime: new Date(0), ...header }, content ?? Buffer.alloc(0));
	archive.finalize();
	const chunks: Buffer[] = [];
	for await (const chunk of archive) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/** Writes a tar archive, gzipped if its name ends so. */
export async function writeTar(file: string, files: readonly TarFile[]): Promise<void> {
	const content = await makeTar(files);
	const target = createWriteStream(file);
	if (file.endsWith('.gz')) await pipeline([content], createGzip(), target);
	else await pipeline([content], target);
}
