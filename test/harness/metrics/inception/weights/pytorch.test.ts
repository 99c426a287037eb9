import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { UsageError } from '../../../../../harness/errors.ts';
import type { FoundTensors } from '../../../../../harness/metrics/inception/weights/found-tensors.ts';
import {
	isOldPyTorchFile,
	readOldStateDictionary,
	readZippedStateDictionary,
} from '../../../../../harness/metrics/inception/weights/pytorch.ts';
import { readZipFile } from '../../../../../harness/metrics/inception/weights/zip-file.ts';
import { fixture } from '../weight-files.ts';

// The files are PyTorch's own: ci/golden/inception-state-dictionaries.py.
const pathOf = (name: string): string => fileURLToPath(fixture(name));

function requireSmallDictionary(
	t: { deepEqual: (a: unknown, b: unknown) => void },
	found: FoundTensors,
): void {
	const base = Float32Array.from({ length: 24 }, (_, index) => index / 8);
	const permuted = Float32Array.from(
		{ length: 24 },
		(_, index) => base[(index % 6) * 4 + Math.floor(index / 6)],
	);
	const float32 = (shape: number[], values: Float32Array) => ({ shape, type: 'float32', values });
	t.deepEqual(
		[...found],
		[
			['plain', float32([2, 3, 4], base)],
			['permuted', float32([4, 2, 3], permuted)],
			['slice', float32([2, 2], Float32Array.of(2, 2.25, 2.5, 2.75))],
			['scalar', float32([], Float32Array.of(2.5))],
			['empty', float32([0, 3], new Float32Array(0))],
			['parameter', float32([2], Float32Array.of(1, -2))],
			['counter', { shape: [], type: 'int64', values: undefined }],
		],
	);
}

test('reads plain, permuted, sliced, scalar and empty tensors of every layout', async t => {
	requireSmallDictionary(t, (await readZipFile(pathOf('small.pth'))).found);
	requireSmallDictionary(t, (await readZipFile(pathOf('small-protocol-4.pth'))).found);
	const old = readFileSync(pathOf('small-old.pth'));
	t.true(isOldPyTorchFile(old));
	requireSmallDictionary(t, await readOldStateDictionary(old, 'small-old.pth'));
});

test("reads a module's dictionary with the versions that hang on it", async t => {
	const { found } = await readZipFile(pathOf('module-state.pth'));
	t.deepEqual([...found.keys()], ['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked']);
	t.deepEqual(found.get('running_var')?.values, Float32Array.of(1, 1));
});

test('names other types instead of converting them', async t => {
	t.like((await readZipFile(pathOf('half.pth'))).found.get('weight'), { type: 'float16', values: undefined });
	t.like((await readZipFile(pathOf('bfloat.pth'))).found.get('weight'), {
		type: 'bfloat16',
		values: undefined,
	});
});

const refused = test.macro(async (t, name: string, problem: string) => {
	const file = pathOf(name);
	const read = name.includes('-old') ? readOldStateDictionary(readFileSync(file), file) : readZipFile(file);
	await t.throwsAsync(read, {
		instanceOf: UsageError,
		message: `${file}: cannot be read as Inception's weights: ${problem}`,
	});
});

const nothingExecuted = "asks for 'posix.system'; only tensors are read, and nothing is executed";
test('a pickle that runs a program is refused', refused, 'hostile.pth', `its pickle ${nothingExecuted}`);
test('so it is in the old layout', refused, 'hostile-old.pth', `its pickle ${nothingExecuted}`);
test(
	'a whole module is refused',
	refused,
	'module.pth',
	"its pickle asks for 'torch.nn.modules.batchnorm.BatchNorm2d'; only tensors are read, and nothing is executed",
);
test(
	'a TorchScript program is refused',
	refused,
	'program.pth',
	'it is a TorchScript program; only a dictionary of tensors is read',
);
test('a list is refused', refused, 'list.pth', 'it holds no dictionary of tensors');
test('an entry that is no tensor is refused', refused, 'entry.pth', "its entry 'note' is no tensor");

/** A dictionary with one tensor `w`; the numbers may lie. */
function pickleOf({ count = 4, offset = 0, shape = 4, stride = 1, type = 'FloatStorage' }): Buffer {
	const int = (value: number): string => {
		const bytes = Buffer.alloc(5);
		bytes.write('J');
		bytes.writeInt32LE(value, 1);
		return bytes.toString('latin1');
	};
	const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
	const storage = `(${text('storage')}ctorch\n${type}\n${text('0')}${text('cpu')}${int(count)}tQ`;
	const call = `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${int(offset)}${int(shape)}\x85${int(stride)}\x85\x89)tR`;
	return Buffer.from(`\x80\x02}${text('w')}${call}s.`, 'latin1');
}

test('the pickle of the refusals below is one that can be read', async t => {
	const found = await readZippedStateDictionary(pickleOf({}), () => Buffer.alloc(16), 'f');
	t.deepEqual(found.get('w'), { shape: [4], type: 'float32', values: new Float32Array(4) });
});

const lies = test.macro(async (t, options: Parameters<typeof pickleOf>[0], problem: string) => {
	await t.throwsAsync(
		readZippedStateDictionary(pickleOf(options), () => Buffer.alloc(16), 'f'),
		{ instanceOf: UsageError, message: `f: cannot be read as Inception's weights: ${problem}` },
	);
});
test(
	'a tensor beyond its storage is refused',
	lies,
	{ shape: 5 },
	"'w' of shape [5] and strides [1] lies outside its 4 values",
);
test(
	'an offset beyond its storage is refused',
	lies,
	{ offset: 1 },
	"'w' of shape [4] and strides [1] lies outside its 4 values",
);
test(
	'a negative stride is refused',
	lies,
	{ stride: -1 },
	'its pickle describes a tensor without data, shape or strides',
);
test(
	'a stride of nought that swells a tensor is refused',
	lies,
	{ shape: 1000, stride: 0 },
	"'w' of shape [1000] repeats its 4 values",
);
test(
	'a tensor that would fill the memory is refused before it is made',
	lies,
	{ count: 2 ** 31 - 1, shape: 2 ** 31 - 1 },
	'its tensors would take more than 536870912 bytes',
);
test('a storage that is cut short is refused', lies, { count: 5 }, "'w' needs 20 bytes of data, got 16");
test(
	'a storage of an unknown type is refused',
	lies,
	{ type: 'ComplexFloatStorage' },
	"its pickle asks for 'torch.ComplexFloatStorage'; only tensors are read, and nothing is executed",
);

const unreadableBy = test.macro(async (t, pickle: string, problem: string) => {
	const bytes = Buffer.from(`\x80\x02${pickle}.`, 'latin1');
	await t.throwsAsync(
		readZippedStateDictionary(bytes, () => Buffer.alloc(0), 'f'),
		{ instanceOf: UsageError, message: `f: cannot be read as Inception's weights: ${problem}` },
	);
});
// Each level holds the one below twice: written out, 2^64 texts.
const endless = `X\x01\0\0\0x${'q\x00h\x00\x86'.repeat(64)}`;
test(
	'a name that would be endless in words is refused',
	unreadableBy,
	`}${endless}K\x01s`,
	"its entry 'object' is no tensor",
);
test(
	'parameters within parameters are refused, however deep',
	unreadableBy,
	`}X\x01\0\0\0w${'ctorch._utils\n_rebuild_parameter\n'.repeat(50_000)}K\x01${'\x85R'.repeat(50_000)}s`,
	"its entry 'w' is no tensor",
);

test('every cut of the old layout is refused', async t => {
	const whole = readFileSync(pathOf('small-old.pth'));
	for (let length = 0; length < whole.length; length += 7) {
		await t.throwsAsync(readOldStateDictionary(whole.subarray(0, length), 'f'), { instanceOf: UsageError });
	}
});
