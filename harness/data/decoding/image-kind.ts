/** What a file is by its first bytes, whatever its name says. `other` may still be something that sharp reads. */
export type ImageKind = 'empty' | 'jpeg' | 'png' | 'webp' | 'other';

/** Looks at the first 12 bytes. */
export function imageKind(bytes: Uint8Array): ImageKind {
	if (bytes.length === 0) return 'empty';
	if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
	if (bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47) return 'png';
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 12)).toString('latin1');
	return text.startsWith('RIFF') && text.slice(8) === 'WEBP' ? 'webp' : 'other';
}
