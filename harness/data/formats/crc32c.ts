// CRC-32C (Castagnoli), reflected polynomial 0x82f63b78, eight bytes a step: node:zlib has CRC-32 alone.
const polynomial = 0x82f63b78;
const slices = 8;

function makeTables(): Uint32Array {
	const tables = new Uint32Array(slices * 256);
	for (let byte = 0; byte < 256; byte++) {
		let value = byte;
		for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? polynomial : 0);
		tables[byte] = value;
	}
	for (let index = 256; index < tables.length; index++) {
		const previous = tables[index - 256];
		tables[index] = (previous >>> 8) ^ tables[previous & 0xff];
	}
	return tables;
}

const tables = makeTables();

/** CRC-32C of bytes, in [0, 2^32). */
export function crc32c(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	let position = 0;
	for (const end = bytes.length - 7; position < end; position += 8) {
		crc ^=
			bytes[position] |
			(bytes[position + 1] << 8) |
			(bytes[position + 2] << 16) |
			(bytes[position + 3] << 24);
		crc =
			tables[0x700 + (crc & 0xff)] ^
			tables[0x600 + ((crc >>> 8) & 0xff)] ^
			tables[0x500 + ((crc >>> 16) & 0xff)] ^
			tables[0x400 + (crc >>> 24)] ^
			tables[0x300 + bytes[position + 4]] ^
			tables[0x200 + bytes[position + 5]] ^
			tables[0x100 + bytes[position + 6]] ^
			tables[bytes[position + 7]];
	}
	for (; position < bytes.length; position++) {
		crc = (crc >>> 8) ^ tables[(crc ^ bytes[position]) & 0xff];
	}
	return (crc ^ 0xffffffff) >>> 0;
}

/** CRC-32C as TFRecord files store it: rotated and shifted, so that a checksum of checksums stays one. */
export function maskedCrc32c(bytes: Uint8Array): number {
	const crc = crc32c(bytes);
	return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
