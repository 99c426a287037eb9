import { createHash } from 'node:crypto';
import test from 'ava';
import { digestDataSet } from '../../../harness/data/digest.ts';
import { memorySplit } from '../../../harness/data/memory-split.ts';

const content = {
	recipe: 'by hand',
	resolution: 1,
	classNames: ['a', 'b'],
	train: memorySplit(Uint8Array.of(1, 2, 3, 4, 5, 6), Int32Array.of(0, 1)),
	test: memorySplit(Uint8Array.of(7, 8, 9), Int32Array.of(1)),
};

test('the digest is SHA-256 over a header, then pixels and labels of both splits', t => {
	const header = Buffer.from('["by hand",1,["a","b"],2,1]');
	const body = Buffer.from([1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 1, 0, 0, 0, 7, 8, 9, 1, 0, 0, 0]);
	const expected = createHash('sha256')
		.update(Buffer.concat([header, body]))
		.digest('hex');
	t.is(digestDataSet(content), expected);
});

test('every part of a data set changes its digest', t => {
	const { train, test: held } = content;
	const variants = [
		content,
		{ ...content, recipe: 'by foot' },
		{ ...content, classNames: ['a', 'c'] },
		{ ...content, train: { ...train, pixels: Uint8Array.of(1, 2, 3, 4, 5, 7) } },
		{ ...content, train: { ...train, labels: Int32Array.of(1, 1) } },
		{ ...content, test: { ...held, pixels: Uint8Array.of(7, 8, 10) } },
		{ ...content, test: { ...held, labels: Int32Array.of(0) } },
	];
	t.is(new Set(variants.map(digestDataSet)).size, variants.length);
});
