/**
 * Writer of the protocol-buffer wire format (https://protobuf.dev/programming-guides/encoding/), as much of it as
 * TensorFlow's graph messages need.
 */
export interface MessageWriter {
	/** A whole number or truth value; negative numbers take ten bytes, as the format wants. */
	integer(field: number, value: number | bigint | boolean): void;
	float(field: number, value: number): void;
	text(field: number, value: string): void;
	bytes(field: number, value: Uint8Array): void;
	message(field: number, write: (writer: MessageWriter) => void): void;
	/** A repeated field of whole numbers, all of them in one. */
	packedIntegers(field: number, values: readonly (number | boolean)[]): void;
	packedFloats(field: number, values: readonly number[]): void;
	/** The message so far. */
	finish(): Uint8Array;
}

const variableLength = 0;
const lengthDelimited = 2;
const fixed32 = 5;

/** An empty message. */
export function createMessageWriter(): MessageWriter {
	const parts: Uint8Array[] = [];

	const number = (value: bigint): void => {
		const digits: number[] = [];
		let rest = BigInt.asUintN(64, value);
		while (rest > 0x7fn) {
			digits.push(Number(rest & 0x7fn) | 0x80);
			rest >>= 7n;
		}
		digits.push(Number(rest));
		parts.push(Uint8Array.from(digits));
	};
	const tag = (field: number, wireType: number): void => number(BigInt(field * 8 + wireType));
	const bytes = (field: number, value: Uint8Array): void => {
		tag(field, lengthDelimited);
		number(BigInt(value.length));
		parts.push(value);
	};
	const message = (field: number, write: (writer: MessageWriter) => void): void => {
		const inner = createMessageWriter();
		write(inner);
		bytes(field, inner.finish());
	};

	return {
		integer(field, value) {
			tag(field, variableLength);
			number(BigInt(value));
		},
		float(field, value) {
			tag(field, fixed32);
			parts.push(new Uint8Array(Float32Array.of(value).buffer));
		},
		text: (field, value) => bytes(field, Buffer.from(value, 'utf8')),
		bytes,
		message,
		packedIntegers(field, values) {
			const inner = createNumbersWriter();
			for (const value of values) inner.add(value);
			bytes(field, inner.finish());
		},
		packedFloats: (field, values) => bytes(field, new Uint8Array(Float32Array.from(values).buffer)),
		finish: () => Buffer.concat(parts),
	};

	function createNumbersWriter() {
		const start = parts.length;
		return {
			add: (value: number | boolean) => number(BigInt(value)),
			finish: () => Buffer.concat(parts.splice(start)),
		};
	}
}
