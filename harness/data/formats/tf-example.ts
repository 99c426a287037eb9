import { readFields, readPackedVarints } from './wire-format.ts';

/** A feature of a tf.train.Example: a list of byte strings or of whole numbers. Floats are left out. */
export interface Feature {
	readonly bytes: readonly Buffer[];
	/** Signed; rounded beyond 2^53. */
	readonly integers: readonly number[];
}

function readFeature(message: Buffer): Feature {
	const bytes: Buffer[] = [];
	const integers: number[] = [];
	for (const { number: kind, bytes: list } of readFields(message)) {
		// oneof: 1 bytes_list, 2 float_list, 3 int64_list
		for (const { number, bytes: value, varint } of readFields(list ?? Buffer.alloc(0))) {
			if (number !== 1) continue;
			if (kind === 1 && value) bytes.push(value);
			if (kind === 3) integers.push(...(value ? readPackedVarints(value) : [varint ?? 0]));
		}
	}
	return { bytes, integers };
}

/**
 * The features of a tf.train.Example by name
 * (https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/example/feature.proto).
 *
 * @throws RangeError if the message is cut short or malformed; the text continues "the message …"
 */
export function readExample(message: Buffer): Map<string, Feature> {
	const features = new Map<string, Feature>();
	for (const { number, bytes: list } of readFields(message)) {
		if (number !== 1 || !list) continue;
		for (const { number: entryNumber, bytes: entry } of readFields(list)) {
			if (entryNumber !== 1 || !entry) continue;
			let name = '';
			let feature: Feature = { bytes: [], integers: [] };
			for (const { number: part, bytes } of readFields(entry)) {
				if (part === 1 && bytes) name = bytes.toString('utf8');
				if (part === 2 && bytes) feature = readFeature(bytes);
			}
			features.set(name, feature);
		}
	}
	return features;
}
