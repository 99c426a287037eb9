import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readLabelList } from '../../../harness/data/label-list.ts';
import { UsageError } from '../../../harness/errors.ts';
import { temporaryFolder } from './temporary-folder.ts';

const labels = Int32Array.of(0, 0, 1, 1, 2, 2);
const names = ['a/x_1.JPEG', 'a/x_2.JPEG', 'b/y_1.JPEG', 'b/same.png', 'c/same.png', 'c/z_1.JPEG'];

function write(t: ExecutionContext, text: string): string {
	const file = path.join(temporaryFolder(t), 'list.txt');
	writeFileSync(file, text);
	return file;
}

test('numbers come back in ascending order, whatever their order and line ends', t => {
	const file = write(t, '# 50 %\n5\r\n0\r\n\n2\n');
	t.deepEqual(readLabelList({ file, labels, classes: 3 }), Uint32Array.of(0, 2, 5));
});

test('file names are found with and without folders and ending', t => {
	const file = write(t, 'x_2.JPEG\nb/y_1.JPEG\ntrain/c/z_1\n3\nc/same.png\n');
	t.deepEqual(readLabelList({ file, labels, classes: 3, names: () => names }), Uint32Array.of(1, 2, 3, 4, 5));
});

const refused = test.macro((t, text: string, message: string, withNames: boolean) => {
	const file = write(t, text);
	const options = { file, labels, classes: 3, ...(withNames && { names: () => names }) };
	const error = t.throws(() => readLabelList(options), { instanceOf: UsageError });
	t.is(error?.message.replace(file, 'FILE'), message);
});
test(
	'an image outside of the split',
	refused,
	'0\n6\n',
	'label list: FILE line 2: expected an image below 6, got 6',
	true,
);
test(
	'an unknown name',
	refused,
	'0\nq.JPEG',
	'label list: FILE line 2: there is no training image "q.JPEG"',
	true,
);
test(
	'a name of several images',
	refused,
	'same.png',
	'label list: FILE line 1: several training images are called "same"; give their folders too',
	true,
);
test(
	'an image twice',
	refused,
	'0\n2\nx_1.JPEG',
	'label list: FILE line 3: "x_1.JPEG" is the image of line 1 again',
	true,
);
test(
	'names where there are none',
	refused,
	'x_1.JPEG',
	'label list: FILE line 1: "x_1.JPEG" is no number, and this data source names no images',
	false,
);
test('an empty list', refused, '# nothing\n', 'label list: FILE lists no image', true);
test(
	'a class without an image',
	refused,
	'0\n2',
	'label list: FILE lists no image of 1 of 3 classes: 2',
	true,
);

test('a class without an image may be accepted; a missing file is refused', t => {
	const file = write(t, '0\n2');
	t.deepEqual(readLabelList({ file, labels, classes: 3, acceptEmptyClasses: true }), Uint32Array.of(0, 2));
	t.throws(() => readLabelList({ file: `${file}.gone`, labels, classes: 3 }), {
		instanceOf: UsageError,
		message: `label list: ${file}.gone cannot be read (ENOENT)`,
	});
});
