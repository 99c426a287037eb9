/** One field of a protocol-buffer message: a number for wire types 0 and 1, else bytes. */
export interface WireField {
	readonly number: number;
	/** Varint as a signed 64-bit number, rounded beyond 2^53; undefined for the other wire types. */
	readonly varint?: number;
	/** The raw bytes of wire types 1 (8 bytes), 2 (any length) and 5 (4 bytes). */
	readonly bytes?: Buffer;
}

function readNegative(bytes: Buffer): number {
	let value = 0n;
	for (const [index, byte] of bytes.entries()) value |= BigInt(byte & 0x7f) << BigInt(7 * index);
	return Number(BigInt.asIntN(64, value));
}

/** @throws RangeError if the number goes on beyond the end or beyond 64 bits */
function readVarint(bytes: Buffer, start: number): { value: number; end: number } {
	let value = 0;
	for (let length = 0; length < 10; length++) {
		const byte = bytes[start + length];
		if (byte === undefined) throw new RangeError(`ends within a number, at byte ${bytes.length}`);
		value += (byte & 0x7f) * 2 ** (7 * length);
		if (byte >= 0x80) continue;
		const end = start + length + 1;
		// Negative numbers take ten bytes, and their small differences from 2^64 would be rounded away.
		return { value: length === 9 ? readNegative(bytes.subarray(start, end)) : value, end };
	}
	throw new RangeError('holds a number of more than 64 bits');
}

/**
 * The fields of a message in their order (https://protobuf.dev/programming-guides/encoding/).
 *
 * @throws RangeError if the message is cut short or malformed; the text continues "the message …"
 */
export function* readFields(bytes: Buffer): Generator<WireField> {
	let position = 0;
	while (position < bytes.length) {
		const key = readVarint(bytes, position);
		const [number, wireType] = [Math.floor(key.value / 8), key.value % 8];
		position = key.end;
		if (number === 0) throw new RangeError('has a field with number 0');
		if (wireType === 0) {
			const { value, end } = readVarint(bytes, position);
			position = end;
			yield { number, varint: value };
			continue;
		}
		let length: number;
		if (wireType === 1) length = 8;
		else if (wireType === 5) length = 4;
		else if (wireType === 2) ({ value: length, end: position } = readVarint(bytes, position));
		else throw new RangeError(`has a field of wire type ${wireType}`);
		if (length < 0 || length > bytes.length - position) {
			throw new RangeError(`claims ${length} bytes for field ${number}, has ${bytes.length - position}`);
		}
		yield { number, bytes: bytes.subarray(position, position + length) };
		position += length;
	}
}

/** The varints of a packed repeated field. */
export function readPackedVarints(bytes: Buffer): number[] {
	const values: number[] = [];
	let position = 0;
	while (position < bytes.length) {
		const { value, end } = readVarint(bytes, position);
		values.push(value);
		position = end;
	}
	return values;
}
