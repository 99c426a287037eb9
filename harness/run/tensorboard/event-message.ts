// The part of TensorBoard's protobuf messages that the harness writes: event.proto and summary.proto of
// https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/util and .../core/framework

/** Distribution of values: `counts[i]` of them lie between `limits[i - 1]` and `limits[i]`. */
export interface Histogram {
	readonly minimum: number;
	readonly maximum: number;
	readonly count: number;
	readonly sum: number;
	readonly sumOfSquares: number;
	readonly limits: readonly number[];
	readonly counts: readonly number[];
}

export type SummaryValue =
	| { readonly tag: string; readonly scalar: number }
	| { readonly tag: string; readonly png: Uint8Array; readonly height: number; readonly width: number }
	| { readonly tag: string; readonly histogram: Histogram };

export interface EventMessage {
	/** Seconds since 1970. */
	readonly wallTime: number;
	readonly step: number;
	readonly values: readonly SummaryValue[];
}

const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A base-128 number; whole and not negative, up to 2^53. */
function varint(value: number): Uint8Array {
	const bytes: number[] = [];
	let rest = value;
	for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
	return Uint8Array.from([...bytes, rest]);
}

const key = (field: number, type: keyof typeof wireTypes): Uint8Array => varint(field * 8 + wireTypes[type]);

const whole = (field: number, value: number): Uint8Array =>
	Buffer.concat([key(field, 'varint'), varint(value)]);

const bytes = (field: number, content: Uint8Array): Uint8Array =>
	Buffer.concat([key(field, 'bytes'), varint(content.length), content]);

const text = (field: number, value: string): Uint8Array => bytes(field, Buffer.from(value));

const doubleBytes = (values: readonly number[]): Uint8Array => {
	const buffer = Buffer.alloc(8 * values.length);
	for (const [index, value] of values.entries()) buffer.writeDoubleLE(value, 8 * index);
	return buffer;
};

const double = (field: number, value: number): Uint8Array =>
	Buffer.concat([key(field, 'fixed64'), doubleBytes([value])]);

function float(field: number, value: number): Uint8Array {
	const buffer = Buffer.alloc(4);
	buffer.writeFloatLE(value);
	return Buffer.concat([key(field, 'fixed32'), buffer]);
}

const packedDoubles = (field: number, values: readonly number[]): Uint8Array =>
	bytes(field, doubleBytes(values));

function encodeHistogram(histogram: Histogram): Uint8Array {
	return Buffer.concat([
		double(1, histogram.minimum),
		double(2, histogram.maximum),
		double(3, histogram.count),
		double(4, histogram.sum),
		double(5, histogram.sumOfSquares),
		packedDoubles(6, histogram.limits),
		packedDoubles(7, histogram.counts),
	]);
}

function encodeValue(value: SummaryValue): Uint8Array {
	const tag = text(1, value.tag);
	if ('scalar' in value) return Buffer.concat([tag, float(2, value.scalar)]);
	if ('histogram' in value) return Buffer.concat([tag, bytes(5, encodeHistogram(value.histogram))]);
	const image = [whole(1, value.height), whole(2, value.width), whole(3, 3), bytes(4, value.png)];
	return Buffer.concat([tag, bytes(4, Buffer.concat(image))]);
}

/** One Event with a Summary. */
export function encodeEvent({ wallTime, step, values }: EventMessage): Uint8Array {
	const summary = Buffer.concat(values.map(value => bytes(1, encodeValue(value))));
	return Buffer.concat([double(1, wallTime), whole(2, step), bytes(5, summary)]);
}

/** The Event that every file begins with. */
export function encodeFileVersion(wallTime: number): Uint8Array {
	return Buffer.concat([double(1, wallTime), text(3, 'brain.Event:2')]);
}

/** Step of an encoded Event; 0 if it has none. */
export function stepOfEvent(event: Uint8Array): number {
	let position = 0;
	const readVarint = (): number => {
		let value = 0;
		for (let factor = 1; ; factor *= 128) {
			const byte: number | undefined = event[position++];
			value += ((byte ?? 0) & 127) * factor;
			if (byte === undefined || byte < 128) return value;
		}
	};
	while (position < event.length) {
		const tag = readVarint();
		const type = tag % 8;
		if (type === wireTypes.varint) {
			const value = readVarint();
			if (tag === 2 * 8) return value;
		} else if (type === wireTypes.fixed64) position += 8;
		else if (type === wireTypes.fixed32) position += 4;
		else {
			const length = readVarint();
			position += length;
		}
	}
	return 0;
}

/** The distribution of finite values over buckets whose limits grow by a tenth, as TensorBoard's own writers have it. */
export function histogramOf(values: Float32Array): Histogram {
	let [minimum, maximum, sum, sumOfSquares, count] = [
		Number.POSITIVE_INFINITY,
		Number.NEGATIVE_INFINITY,
		0,
		0,
		0,
	];
	const buckets = new Map<number, number>();
	// Bucket 0 holds [−1e-12, 1e-12], ±n what lies between 1e-12 · 1.1^(n − 1) and 1e-12 · 1.1^n.
	for (const value of values) {
		if (!Number.isFinite(value)) continue;
		count++;
		sum += value;
		sumOfSquares += value * value;
		minimum = Math.min(minimum, value);
		maximum = Math.max(maximum, value);
		const size = Math.abs(value);
		const bucket = size <= 1e-12 ? 0 : Math.sign(value) * Math.ceil(Math.log(size / 1e-12) / Math.log(1.1));
		buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
	}
	if (count === 0) [minimum, maximum] = [0, 0];
	const used = [...buckets].sort(([first], [second]) => first - second);
	const upper = (bucket: number): number =>
		bucket >= 0 ? 1e-12 * 1.1 ** bucket : -1e-12 * 1.1 ** (-bucket - 1);
	const limits: number[] = [];
	const counts: number[] = [];
	for (const [index, [bucket, inside]] of used.entries()) {
		// An empty bucket before a gap, or the values would be drawn over the gap.
		if (index === 0 || used[index - 1][0] !== bucket - 1) {
			limits.push(upper(bucket - 1));
			counts.push(0);
		}
		limits.push(upper(bucket));
		counts.push(inside);
	}
	return { minimum, maximum, count, sum, sumOfSquares, limits, counts };
}
