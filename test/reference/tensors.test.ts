import { readFileSync } from 'node:fs';
import test from 'ava';
import { parseReference } from '../../reference/read-reference.ts';
import { readTensors, tensorsSchema } from '../../reference/tensors.ts';

// Tables 10 and 11 of arXiv 1903.02271v1, read off the tables by eye, not from the JSON file.
test('has the rows and totals that Tables 10 and 11 print', t => {
	const { discriminator, generator } = readTensors();
	t.is(discriminator.tensors.length, 42);
	t.is(discriminator.total, 87_982_370);
	t.is(generator.tensors.length, 62);
	t.is(generator.total, 70_433_988);
	t.deepEqual(discriminator.tensors[41], {
		index: 41,
		name: 'discriminator projection/kernel:0',
		tfName: 'discriminator_projection/kernel:0',
		shape: [1000, 1536],
		size: 1_536_000,
	});
});

test('sizes are products of shapes and sum to the totals', t => {
	for (const network of ['discriminator', 'generator'] as const) {
		const { tensors, total } = readTensors()[network];
		let sum = 0;
		for (const tensor of tensors) {
			let product = 1;
			for (const extent of tensor.shape) {
				product *= extent;
			}
			t.is(tensor.size, product, tensor.tfName);
			sum += product;
		}
		t.is(sum, total);
	}
});

test('agrees with what the file says about its own verification', t => {
	const { verification, discriminator, generator } = readTensors();
	t.is(verification.rowsDiscriminator, discriminator.tensors.length);
	t.is(verification.rowsGenerator, generator.tensors.length);
	for (const key of ['sumDiscriminator', 'printedTotalDiscriminator'] as const) {
		t.is(verification[key], discriminator.total);
	}
	for (const key of ['sumGenerator', 'printedTotalGenerator'] as const) {
		t.is(verification[key], generator.total);
	}
});

const file = readFileSync('reference/s3gan-tensors.json', 'utf8');
const typo = test.macro({
	exec(t, from: string, to: string, message: RegExp) {
		t.true(file.includes(from));
		const error = t.throws(() => parseReference('copy.json', file.replace(from, to), tensorsSchema));
		t.regex(error.message, message);
	},
	title: (_, from, to) => `refuses ${JSON.stringify(to)} instead of ${JSON.stringify(from)}`,
});
test(typo, '"size": 2592', '"size": 2529', /size is not the product of shape[\s\S]*tensors\[0\]/u);
test(typo, '"total": 87982370', '"total": 87982371', /total is not the sum of the sizes/u);
test(typo, 'B1/same_conv1/kernel', 'B1/same_conv/kernel', /name and tfName differ in more than underscores/u);
test(typo, '"index": 1,', '"index": 3,', /the indices do not count the rows from 0/u);
test(typo, '"confidence": "confirmed"', '"confidence": "sure"', /Invalid option[\s\S]*confidence/u);
test(typo, '"compare_gan (compare_gan/', '"compare_gn (compare_gan/', /unknown source 'compare_gn/u);
test(typo, '"notes"', '"remarks"', /Unrecognized key: "remarks"/u);
test(typo, '{', '{,', /not the reference data this version expects/u);
