import test from 'ava';
import { UsageError } from '../../../../../harness/errors.ts';
import { readPickle } from '../../../../../harness/metrics/inception/weights/pickle.ts';

const bytesOf = (...parts: ReadonlyArray<string | number>): Buffer =>
	Buffer.concat(
		parts.map(part => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part, 'latin1'))),
	);

test('reads what Python pickles, and how far it goes', t => {
	// pickle.dumps({'a': [1, -2, 300, 70000, 2.5, None, True], 'b': (1,), 2: 'é'}, protocol=2)
	const python = Buffer.from(
		'80027d71002858010000006171015d710228' +
			'4b014afeffffff4d2c014a70110100474004000000000000' +
			'4e88655801000000627103' +
			'4b018571044b02580200' +
			'0000c3a97105752e',
		'hex',
	);
	const { value, length } = readPickle(Buffer.concat([python, Buffer.from('rest')]), 'p');
	t.is(length, python.length);
	t.deepEqual(
		value,
		new Map<string | number, unknown>([
			['a', [1, -2, 300, 70_000, 2.5, null, true]],
			['b', [1]],
			[2, 'é'],
		]) as never,
	);
});

test('keeps long integers and recalls what was kept', t => {
	// LONG1 of one byte -128, of no bytes, BINPUT 0, BINGET 0, TUPLE3
	t.deepEqual(
		readPickle(bytesOf('\x80\x02', '\x8a\x01\x80', 'q\x00', '\x8a\x00', 'h\x00', '\x87.'), 'p').value,
		[-128, 0, -128],
	);
});

const refused = test.macro((t, bytes: Buffer, problem: string) => {
	t.throws(() => readPickle(bytes, 'evil.pth'), {
		instanceOf: UsageError,
		message: `evil.pth: cannot be read as Inception's weights: its pickle ${problem}`,
	});
});

test(
	'a program is named and not run',
	refused,
	bytesOf('\x80\x02', 'cos\nsystem\n', 'X\x05\0\0\0touch', '\x85R.'),
	"asks for 'os.system'; only tensors are read, and nothing is executed",
);
test(
	'a program in the newer spelling is named and not run',
	refused,
	bytesOf('\x80\x04', '\x8c\x08builtins', '\x8c\x04eval', '\x93.'),
	"asks for 'builtins.eval'; only tensors are read, and nothing is executed",
);
test(
	'names that JavaScript gives a meaning are names',
	refused,
	bytesOf('\x80\x02', 'c__proto__\nconstructor\n.'),
	"asks for '__proto__.constructor'; only tensors are read, and nothing is executed",
);
test(
	'operations that make objects are unknown',
	refused,
	bytesOf('\x80\x02', '(ios\nsystem\n.'),
	'holds operation 0x69, which no file of tensors needs',
);
test('an empty pickle is refused', refused, Buffer.alloc(0), 'ends within an operation, at byte 0');
test(
	'a text that claims more than there is is refused',
	refused,
	bytesOf('\x80\x02', 'X\xff\xff\xff\x7fab'),
	'ends within an operation, at byte 9',
);
test(
	'a name without its end is refused',
	refused,
	bytesOf('\x80\x02', 'cos'),
	'ends within an operation, at byte 5',
);
test('an empty stack is refused', refused, bytesOf('\x80\x02', '.'), 'takes from an empty stack');
test('a tuple without its start is refused', refused, bytesOf('\x80\x02', 't.'), 'takes from an empty stack');
test(
	'an item never kept is refused',
	refused,
	bytesOf('\x80\x02', 'h\x05.'),
	'recalls item 5, which it did not keep',
);
test(
	'items of a list are refused',
	refused,
	bytesOf('\x80\x02', ']K\x01K\x02s.'),
	'sets items of no dictionary',
);
test('appending to a number is refused', refused, bytesOf('\x80\x02', 'K\x01K\x02a.'), 'appends to no list');
test(
	'calling a number is refused',
	refused,
	bytesOf('\x80\x02', 'K\x01)R.'),
	'calls something that is no function',
);

test('every cut of a pickle is refused, none hangs or escapes', t => {
	const whole = bytesOf('\x80\x02', '}q\x00(X\x01\0\0\0aK\x01X\x01\0\0\0b]q\x01(K\x01J\0\0\0\0eu.');
	t.notThrows(() => readPickle(whole, 'p'));
	for (let length = 0; length < whole.length; length++) {
		t.throws(() => readPickle(whole.subarray(0, length), 'p'), { instanceOf: UsageError });
	}
});
