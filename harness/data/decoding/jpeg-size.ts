export interface JpegSize {
	/** In pixels. */
	readonly height: number;
	/** In pixels. */
	readonly width: number;
	/** 1 gray, 3 color, 4 CMYK or YCCK. */
	readonly components: number;
}

/** Markers without a length after them: fill bytes, TEM, RST0 … RST7, SOI. */
const isBare = (marker: number): boolean =>
	marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
/** SOF0 … SOF15 without the three of that range that are something else (DHT, JPG, DAC). */
const isFrame = (marker: number): boolean =>
	marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/**
 * The size in the frame header of a JPEG file (ITU-T T.81, B.2.2), without decoding it.
 *
 * @returns undefined if the file ends, or its image data starts, before a frame header
 */
export function readJpegSize(bytes: Uint8Array): JpegSize | undefined {
	const pair = (at: number): number => bytes[at] * 256 + bytes[at + 1];
	let position = 2;
	while (position + 9 < bytes.length) {
		if (bytes[position] !== 0xff) return undefined;
		const marker = bytes[position + 1];
		if (isBare(marker)) {
			// A fill byte may be followed by the marker itself.
			position += marker === 0xff ? 1 : 2;
			continue;
		}
		if (isFrame(marker)) {
			return { height: pair(position + 5), width: pair(position + 7), components: bytes[position + 9] };
		}
		if (marker === 0xda || marker === 0xd9) return undefined;
		position += 2 + pair(position + 2);
	}
	return undefined;
}

/** Whether the file ends as a whole JPEG file does, with an end-of-image marker and at most zeros after it. */
export function endsAsJpeg(bytes: Uint8Array): boolean {
	let end = bytes.length;
	while (end > 2 && bytes[end - 1] === 0) end -= 1;
	return bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9;
}
