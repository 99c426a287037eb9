// Unpickling in general runs whatever program the pickle names. This reader runs none: it builds lists,
// dictionaries, numbers, texts and bytes, and for the few functions that its caller allows it keeps the arguments. The
// operations are those of https://docs.python.org/3/library/pickletools.html that `torch.save` and the pickles of
// CIFAR need, by Python 2 and 3.

/** A function or type that the pickle names; only those in `globals` can occur. */
export interface PickledGlobal {
	readonly global: string;
}

/** A call that the pickle asks for, not made. */
export interface PickledCall {
	readonly call: string;
	readonly arguments: readonly Pickled[];
	/** What the pickle would set on the result afterwards; undefined if nothing. */
	state?: Pickled;
}

/** A reference to data outside the pickle: PyTorch's storages. */
export interface PickledReference {
	readonly reference: Pickled;
}

/** What a pickle can hold here; dictionaries are maps, tuples and lists arrays. */
export type Pickled =
	| Buffer
	| string
	| number
	| boolean
	| null
	| PickledGlobal
	| PickledCall
	| PickledReference
	| Map<Pickled, Pickled>
	| Pickled[];

const orderedDictionary = 'collections.OrderedDict';

export interface PickleOptions {
	/** The functions and types that it may name, as `module.name`; dictionaries need not be listed. */
	readonly globals: ReadonlySet<string>;
	/** What is read, in the plural, for messages: `tensors`. */
	readonly what: string;
	/** Makes the error of a problem, which continues "the pickle …". */
	readonly failure: (problem: string) => Error;
}

const mark = Symbol('mark');
type Item = Pickled | typeof mark;

/**
 * Reads one pickle.
 *
 * @param bytes from its first byte on; more may follow
 * @returns the value and the number of bytes that the pickle takes
 * @throws the error of `failure` if it is cut short, names anything but `globals`, or holds an operation outside
 * the subset
 */
export function readPickle(
	bytes: Buffer,
	{ globals, what, failure }: PickleOptions,
): { value: Pickled; length: number } {
	const stack: Item[] = [];
	const memo = new Map<number, Item>();
	let position = 0;

	const refuse = (problem: string): never => {
		throw failure(problem);
	};
	const take = (count: number): Buffer => {
		if (count > bytes.length - position) refuse(`ends within an operation, at byte ${bytes.length}`);
		position += count;
		return bytes.subarray(position - count, position);
	};
	const takeLine = (): string => {
		const end = bytes.indexOf(10, position);
		if (end === -1) refuse(`ends within an operation, at byte ${bytes.length}`);
		return take(end + 1 - position)
			.subarray(0, -1)
			.toString('utf8');
	};
	const pop = (): Pickled => {
		const item = stack.pop();
		return item === undefined || item === mark ? refuse('takes from an empty stack') : item;
	};
	const popToMark = (): Pickled[] => {
		const start = stack.lastIndexOf(mark);
		if (start === -1) refuse('takes from an empty stack');
		return stack.splice(start).slice(1) as Pickled[];
	};
	const top = (): Pickled => {
		const item = pop();
		stack.push(item);
		return item;
	};
	const popText = (): string => {
		const item = pop();
		return typeof item === 'string' ? item : refuse('names a function with something other than a text');
	};
	const pushGlobal = (module: string, name: string): void => {
		const global = `${module}.${name}`;
		if (global !== orderedDictionary && !globals.has(global)) {
			refuse(`asks for '${global}'; only ${what} are read, and nothing is executed`);
		}
		stack.push({ global });
	};
	const call = (): void => {
		const parameters = pop();
		const callee = pop();
		if (
			!Array.isArray(parameters) ||
			callee === null ||
			typeof callee !== 'object' ||
			!('global' in callee)
		) {
			throw failure('calls something that is no function');
		}
		const empty = callee.global === orderedDictionary && parameters.length === 0;
		stack.push(empty ? new Map() : { call: callee.global, arguments: parameters });
	};
	const setItems = (pairs: readonly Pickled[]): void => {
		const target = top();
		if (!(target instanceof Map) || pairs.length % 2 !== 0) throw failure('sets items of no dictionary');
		for (let index = 0; index < pairs.length; index += 2) target.set(pairs[index], pairs[index + 1]);
	};
	const append = (values: readonly Pickled[]): void => {
		const target = top();
		if (!Array.isArray(target)) throw failure('appends to no list');
		for (const value of values) target.push(value);
	};
	const setState = (): void => {
		const state = pop();
		const target = top();
		// Attributes of a dictionary, such as the versions of its modules, are nobody's here.
		if (target !== null && typeof target === 'object' && 'call' in target) target.state = state;
	};
	const recall = (index: number): void => {
		const item = memo.get(index);
		stack.push(item === undefined ? refuse(`recalls item ${index}, which it did not keep`) : item);
	};
	/** A signed little-endian integer of any length; beyond 2^53 only magic numbers, where rounding does not matter. */
	const takeLong = (count: number): number => {
		const digits = take(count);
		if (count === 0) return 0;
		const magnitude = BigInt(`0x${Buffer.from(digits).reverse().toString('hex')}`);
		return Number(BigInt.asIntN(count * 8, magnitude));
	};

	const operations: Readonly<Record<number, () => void>> = {
		128: () => take(1), // PROTO
		149: () => take(8), // FRAME
		40: () => stack.push(mark), // MARK
		48: () => stack.pop(), // POP
		78: () => stack.push(null), // NONE
		136: () => stack.push(true), // NEWTRUE
		137: () => stack.push(false), // NEWFALSE
		74: () => stack.push(take(4).readInt32LE()), // BININT
		75: () => stack.push(take(1).readUInt8()), // BININT1
		77: () => stack.push(take(2).readUInt16LE()), // BININT2
		138: () => stack.push(takeLong(take(1).readUInt8())), // LONG1
		71: () => stack.push(take(8).readDoubleBE()), // BINFLOAT
		88: () => stack.push(take(take(4).readUInt32LE()).toString('utf8')), // BINUNICODE
		140: () => stack.push(take(take(1).readUInt8()).toString('utf8')), // SHORT_BINUNICODE
		85: () => stack.push(take(take(1).readUInt8()).toString('latin1')), // SHORT_BINSTRING
		84: () => stack.push(take(take(4).readUInt32LE())), // BINSTRING
		67: () => stack.push(take(take(1).readUInt8())), // SHORT_BINBYTES
		66: () => stack.push(take(take(4).readUInt32LE())), // BINBYTES
		142: () => stack.push(take(Number(take(8).readBigUInt64LE()))), // BINBYTES8
		150: () => stack.push(take(Number(take(8).readBigUInt64LE()))), // BYTEARRAY8
		93: () => stack.push([]), // EMPTY_LIST
		41: () => stack.push([]), // EMPTY_TUPLE
		125: () => stack.push(new Map()), // EMPTY_DICT
		116: () => stack.push(popToMark()), // TUPLE
		133: () => stack.push([pop()]), // TUPLE1
		134: () => stack.push([pop(), pop()].reverse()), // TUPLE2
		135: () => stack.push([pop(), pop(), pop()].reverse()), // TUPLE3
		97: () => append([pop()]), // APPEND
		101: () => append(popToMark()), // APPENDS
		115: () => setItems([pop(), pop()].reverse()), // SETITEM
		117: () => setItems(popToMark()), // SETITEMS
		113: () => memo.set(take(1).readUInt8(), top()), // BINPUT
		114: () => memo.set(take(4).readUInt32LE(), top()), // LONG_BINPUT
		148: () => memo.set(memo.size, top()), // MEMOIZE
		104: () => recall(take(1).readUInt8()), // BINGET
		106: () => recall(take(4).readUInt32LE()), // LONG_BINGET
		81: () => stack.push({ reference: pop() }), // BINPERSID
		82: call, // REDUCE
		98: setState, // BUILD
		99: () => pushGlobal(takeLine(), takeLine()), // GLOBAL
		147: () => {
			const name = popText();
			pushGlobal(popText(), name);
		}, // STACK_GLOBAL
	};

	for (;;) {
		const code = take(1)[0];
		if (code === 0x2e) return { value: pop(), length: position }; // STOP
		const operation = operations[code];
		if (!operation) refuse(`holds operation 0x${code.toString(16)}, which no file of ${what} needs`);
		operation();
	}
}
