import {
	type NetworkDescription,
	type ParameterSpec,
	sizeOfShape,
} from '../../methods/networks/parameters.ts';

/** One row of a table of tensors, in the paper's order. */
export interface ExpectedTensor {
	/** The paper's name with its underscores, without `:0`. */
	readonly name: string;
	readonly shape: readonly number[];
	readonly size: number;
}

/** One way in which a network is not the reference. */
export interface Mismatch {
	/** Name of the tensor, or `total`. */
	readonly name: string;
	/** In words for people and logs; null for a tensor that the reference does not have. */
	readonly expected: string | null;
	/** Null for a tensor that the network does not have. */
	readonly actual: string | null;
}

/**
 * Every difference between a network and the reference: missing tensors, other shapes or sizes, moved tensors
 * (in the order of the reference), then extra tensors, then the total. None: the network is the reference.
 */
export function compareTensors(
	expected: readonly ExpectedTensor[],
	network: NetworkDescription,
): readonly Mismatch[] {
	const rows = new Map<string, { parameter: ParameterSpec; index: number }>();
	for (const [index, parameter] of network.parameters.entries()) {
		if (!rows.has(parameter.name)) {
			rows.set(parameter.name, { parameter, index });
		}
	}

	const known = new Set(expected.map(tensor => tensor.name));
	const moved = movedNames(
		expected.filter(tensor => rows.has(tensor.name)).map(tensor => tensor.name),
		name => rows.get(name)!.index,
	);
	const mismatches: Mismatch[] = [];
	for (const [index, tensor] of expected.entries()) {
		const row = rows.get(tensor.name);
		if (row === undefined) {
			mismatches.push({ name: tensor.name, expected: describeTensor(tensor.shape), actual: null });
			continue;
		}

		const { shape } = row.parameter;
		if (shape.join() !== tensor.shape.join() || sizeOfShape(shape) !== tensor.size) {
			mismatches.push({
				name: tensor.name,
				expected: describeTensor(tensor.shape, tensor.size),
				actual: describeTensor(shape),
			});
		}

		if (moved.has(tensor.name)) {
			mismatches.push({
				name: tensor.name,
				expected: `row ${index + 1}`,
				actual: `row ${row.index + 1} (moved)`,
			});
		}
	}

	for (const [index, { name, shape }] of network.parameters.entries()) {
		if (!known.has(name)) {
			mismatches.push({ name, expected: null, actual: describeTensor(shape) });
		} else if (rows.get(name)!.index !== index) {
			mismatches.push({ name, expected: 'one tensor of this name', actual: 'two' });
		}
	}

	return mismatches;
}

/** `3×3×3×96 (2,592 elements)` */
export function describeTensor(shape: readonly number[], size = sizeOfShape(shape)): string {
	return `${shape.length === 0 ? 'scalar' : shape.join('×')} (${formatCount(size)} ${size === 1 ? 'element' : 'elements'})`;
}

/** `87,982,370`, the same in every locale. */
export function formatCount(count: number): string {
	return count.toLocaleString('en-US');
}

/**
 * The names to put elsewhere so that the others are in the order of `positionOf`, as few as possible: all but a
 * longest increasing subsequence. One tensor that moved to the end is one mismatch, not one for every row.
 */
function movedNames(names: readonly string[], positionOf: (name: string) => number): ReadonlySet<string> {
	const positions = names.map(positionOf);
	// length and predecessor of the longest increasing subsequence that ends at each row
	const lengths: number[] = [];
	const predecessors: number[] = [];
	for (const [row, position] of positions.entries()) {
		lengths[row] = 1;
		predecessors[row] = -1;
		for (let earlier = 0; earlier < row; earlier++) {
			if (positions[earlier]! < position && lengths[earlier]! + 1 > lengths[row]!) {
				lengths[row] = lengths[earlier]! + 1;
				predecessors[row] = earlier;
			}
		}
	}

	const moved = new Set(names);
	let row = lengths.indexOf(Math.max(...lengths));
	while (row >= 0) {
		moved.delete(names[row]!);
		row = predecessors[row]!;
	}

	return moved;
}
