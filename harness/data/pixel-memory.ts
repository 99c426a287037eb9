import { constants } from 'node:buffer';
import { totalmem } from 'node:os';
import { EnvironmentError } from '../errors.ts';

/** Most bytes one split may have: what one array may hold, and three quarters of the machine's memory. */
const mostBytes = (): number => Math.min(constants.MAX_LENGTH, Math.floor(totalmem() * 0.75));

/**
 * Memory for the pixels of a split, count · resolution² · 3 bytes.
 *
 * @throws EnvironmentError if the split does not fit, with the number of images that would
 */
export function allocatePixels(count: number, resolution: number, limitBytes = mostBytes()): Uint8Array {
	const imageBytes = resolution * resolution * 3;
	if (count * imageBytes > limitBytes) {
		const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
		throw new EnvironmentError(
			`data: ${count} images at ${resolution}×${resolution} take ${gigabytes(count * imageBytes)} of memory, ` +
				`a split may take ${gigabytes(limitBytes)} here`,
			`use at most ${Math.floor(limitBytes / imageBytes)} images, or a lower resolution`,
		);
	}
	return new Uint8Array(count * imageBytes);
}
