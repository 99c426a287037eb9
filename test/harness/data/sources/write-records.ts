import { maskedCrc32c } from '../../../../harness/data/formats/crc32c.ts';

/** A value of a tf.train.Example: bytes or a whole number. */
export type FeatureValue = Buffer | string | number;

function varint(value: bigint): Buffer {
	const bytes: number[] = [];
	let left = BigInt.asUintN(64, value);
	for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
	return Buffer.from([...bytes, Number(left)]);
}

const field = (number: number, content: Buffer): Buffer =>
	Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(content.length)), content]);

/** A serialized tf.train.Example. */
export function makeExample(features: Readonly<Record<string, FeatureValue>>): Buffer {
	const entries = Object.entries(features).map(([name, value]) => {
		const list =
			typeof value === 'number'
				? field(3, field(1, varint(BigInt(value))))
				: field(1, field(1, Buffer.from(value)));
		return field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, list)]));
	});
	return field(1, Buffer.concat(entries));
}

/** A record as it stands in a TFRecord file. */
export function frameRecord(message: Buffer): Buffer {
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(message.length));
	const checksums = [length, message].map(bytes => {
		const checksum = Buffer.alloc(4);
		checksum.writeUInt32LE(maskedCrc32c(bytes));
		return checksum;
	});
	return Buffer.concat([length, checksums[0], message, checksums[1]]);
}

/** A TFRecord file. */
export const makeRecords = (messages: readonly Buffer[]): Buffer => Buffer.concat(messages.map(frameRecord));
