import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openSource } from '../../../../harness/data/sources/source.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { gather } from './gather.ts';

// Against SciPy: golden.test.ts. Its test_32x32.mat is not compressed, train_32x32.mat is.

const fixtures = 'test/fixtures/data/sources/svhn';

function write(
	t: ExecutionContext,
	name: string,
	change: (bytes: Buffer) => Buffer,
): { folder: string; file: string } {
	const folder = temporaryFolder(t);
	for (const split of ['train', 'test'])
		copyFileSync(`${fixtures}/${split}_32x32.mat`, path.join(folder, `${split}_32x32.mat`));
	const file = path.join(folder, name);
	writeFileSync(file, change(readFileSync(file)));
	return { folder, file };
}

const refused = test.macro(async (t, name: string, change: (bytes: Buffer) => Buffer, message: RegExp) => {
	const { folder, file } = write(t, name, change);
	const error = await t.throwsAsync(async () => gather(await openSource(`svhn:${folder}`), 'train'), {
		instanceOf: UsageError,
	});
	t.true(error?.message.startsWith(file), error?.message);
	t.regex(error?.message.slice(file.length) ?? '', message);
});

test(
	'a truncated file is refused with the place',
	refused,
	'test_32x32.mat',
	bytes => bytes.subarray(0, 3000),
	/^: at byte 128: the variable needs \d+ bytes, the file has 2864 left; it is truncated$/u,
);
test(
	'a truncated compressed file is refused with the place',
	refused,
	'train_32x32.mat',
	bytes => bytes.subarray(0, 1000),
	/^: at byte 128: the variable needs \d+ bytes, the file has 864 left; it is truncated$/u,
);
test(
	'damaged compression is refused with the place',
	refused,
	'train_32x32.mat',
	bytes => {
		bytes.fill(0xff, 400, 700);
		return bytes;
	},
	/^: at byte \d+: (?:the compression is damaged|the compressed file is cut short)/u,
);
test(
	'another kind of file is refused',
	refused,
	'test_32x32.mat',
	() => Buffer.alloc(4000, 'text '),
	/^: at byte 0: this is no MATLAB file of level 5 \(save it with -v6 or -v7, not -v7\.3\)$/u,
);
test(
	'an empty file is refused',
	refused,
	'test_32x32.mat',
	() => Buffer.alloc(0),
	/^: at byte 0: this is no MATLAB file of level 5/u,
);
test(
	'digits that are none are refused',
	refused,
	'test_32x32.mat',
	bytes => {
		// The file's last values: the digits 3 and 10, padded to eight bytes or kept in the tag.
		bytes[bytes.lastIndexOf(Buffer.from([3, 10])) + 1] = 11;
		return bytes;
	},
	/^: image 1: expected a label from 1 to 10, got 11$/u,
);
test(
	'a file without its variables is refused with what it has',
	refused,
	'test_32x32.mat',
	bytes => {
		bytes[bytes.indexOf('X', 128)] = 'Z'.charCodeAt(0);
		return bytes;
	},
	/^: has no variable 'X' \(its variables: Z, y\)$/u,
);

test('a missing file is named', async t => {
	await t.throwsAsync(openSource('svhn:test/fixtures/data/sources/mnist'), {
		instanceOf: UsageError,
		message: /svhn: .*train_32x32\.mat is missing$/u,
	});
});
