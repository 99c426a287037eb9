const table = Uint32Array.from({ length: 256 }, (_, byte) => {
	let remainder = byte;
	// The Castagnoli polynomial, bits reversed.
	for (let bit = 0; bit < 8; bit++)
		remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1;
	return remainder;
});

/** CRC-32C (Castagnoli) of the bytes, as in RFC 3720, appendix B.4; an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array): number {
	let remainder = 0xffff_ffff;
	for (const byte of bytes) remainder = table[(remainder ^ byte) & 0xff] ^ (remainder >>> 8);
	return ~remainder >>> 0;
}

/**
 * The checksum of TensorFlow's record files: a CRC-32C turned right by 15 bits plus a constant, so that the checksum
 * of data that hold checksums themselves is not weak (https://www.tensorflow.org/tutorials/load_data/tfrecord).
 */
export function maskedCrc32c(bytes: Uint8Array): number {
	const crc = crc32c(bytes);
	return (((crc >>> 15) | (crc << 17)) + 0xa282_ead8) >>> 0;
}
