import { gunzipSync } from 'node:zlib';
import { largestWeightsBytes, unreadable } from './found-tensors.ts';

const blockBytes = 512;

const textAt = (header: Buffer, start: number, length: number): string =>
	header.toString('utf8', start, start + length).replace(/\0.*$/su, '');

/** The sum of the header's bytes, its own eight counted as spaces, as every version of tar writes it. */
function hasRightChecksum(header: Buffer): boolean {
	const stated = Number.parseInt(textAt(header, 148, 8).trim(), 8);
	const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
	return sum === stated;
}

/**
 * The file in a gzipped tar archive that is a frozen graph: `classify_image_graph_def.pb` if there is one, else
 * the only `.pb`.
 *
 * @throws UsageError if the archive is damaged, unpacks to more than any Inception, or holds no such file
 */
export function readGraphFromTarGzip(bytes: Buffer, file: string): { name: string; content: Buffer } {
	let archive: Buffer;
	try {
		archive = gunzipSync(bytes, { maxOutputLength: largestWeightsBytes });
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		const problem =
			code === 'ERR_BUFFER_TOO_LARGE'
				? `it would unpack to more than ${largestWeightsBytes} bytes, Inception takes 96 MB`
				: `its compression is damaged or it is cut short (${code})`;
		throw unreadable(file, problem, error);
	}
	const graphs: Array<{ name: string; content: Buffer }> = [];
	let position = 0;
	while (position + blockBytes <= archive.length && archive[position] !== 0) {
		const header = archive.subarray(position, position + blockBytes);
		const size = Number.parseInt(textAt(header, 124, 12).trim(), 8);
		if (!(size >= 0) || !hasRightChecksum(header)) {
			throw unreadable(file, `it is gzipped, but not a tar archive (at byte ${position})`);
		}
		const name = textAt(header, 0, 100);
		const start = position + blockBytes;
		if (start + size > archive.length) throw unreadable(file, `its archive ends within '${name}'`);
		if (name.endsWith('.pb')) graphs.push({ name, content: archive.subarray(start, start + size) });
		position = start + Math.ceil(size / blockBytes) * blockBytes;
	}
	const official = graphs.find(({ name }) => name.split('/').at(-1) === 'classify_image_graph_def.pb');
	const graph = official ?? (graphs.length === 1 ? graphs[0] : undefined);
	if (!graph) throw unreadable(file, `its archive holds ${graphs.length} graphs (.pb), expected one`);
	return graph;
}
