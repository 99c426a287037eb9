import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { createStream } from '../../harness/tensor/random.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';
import type { Method, Networks } from '../../methods/method.ts';
import { loadBuiltInMethods, parseMethodOptions } from '../../methods/registry.ts';

const methods = (await loadBuiltInMethods()).map(({ method }) => method);
const classes = 3;

// Every image has one value everywhere, its name: 1 … 8 are real, 11 … 18 fake. Odd real images have a label.
const real = [1, 2, 3, 4, 5, 6, 7, 8];
const fake = real.map(image => image + 10);
const oneHot = (label: number): number[] => [0, 1, 2].map(each => (each === label ? 1 : 0));
const labelOf = (image: number): number[] => (image % 2 === 1 ? oneHot(image % classes) : [0, 0, 0]);
const fakeLabelOf = (image: number): number[] => oneHot((image + 1) % classes);
/** What the class head of these tests says: logits that differ from image to image. */
const logitsOf = (image: number): number[] => [image / 8, 0.3, 1 - image / 8];

function softmax(logits: readonly number[]): number[] {
	const exponentials = logits.map(Math.exp);
	const sum = exponentials.reduce((total, value) => total + value);
	return exponentials.map(value => value / sum);
}

/** The labels that reach the projection in both losses, by the image that they stand beside. */
function labelsAtProjection(method: Method, given: Record<string, unknown>): Map<number, number[]> {
	const seen = new Map<number, number[]>();
	const networks: Networks = {
		discriminate(images) {
			const names = tf.mean(images, [1, 2, 3]);
			return { features: tf.reshape(names, [-1, 1]) as Tensor2D, logits: names as Tensor1D };
		},
		project(features, labels) {
			const names = [...features.dataSync()].map(Math.round);
			const rows = labels.arraySync();
			if (names.length !== rows.length) throw new Error(`${names.length} images, ${rows.length} labels`);
			for (const [row, name] of names.entries()) seen.set(name, rows[row]);
			return tf.zeros([names.length]) as Tensor1D;
		},
		predictRotation: features => tf.zeros([features.shape[0], 4]) as Tensor2D,
		predictClass: features => tf.tensor2d([...features.dataSync()].map(name => logitsOf(Math.round(name)))),
	};
	const options = parseMethodOptions(method, given);
	tf.tidy(() => {
		const imagesOf = (names: number[]): Tensor4D =>
			tf.mul(tf.reshape(tf.tensor1d(names), [-1, 1, 1, 1]), tf.ones([names.length, 2, 2, 3])) as Tensor4D;
		const fakes = imagesOf(fake);
		const fakeLabels = tf.tensor2d(fake.map(fakeLabelOf));
		const labels = tf.tensor2d(real.map(labelOf));
		method.discriminatorLoss(networks, { images: imagesOf(real), labels, fakes, fakeLabels }, options);
		const ofDiscriminator = new Map(seen);
		method.generatorLoss(networks, { fakes, fakeLabels }, options);
		for (const image of real) seen.set(image, ofDiscriminator.get(image)!);
	});
	return seen;
}

const close = (one: readonly number[], other: readonly number[]): boolean =>
	one.every((value, index) => Math.abs(value - other[index]) < 1e-6);

for (const method of methods) {
	const projects = !method.name.startsWith('single-label');
	const predictions = method.labelling === 'labels-or-none' ? (['soft', 'hard'] as const) : ([null] as const);
	for (const prediction of predictions) {
		const title = prediction ? `${method.name}, ${prediction} predictions` : method.name;
		test(`${title}: the right label stands beside every labelled, unlabelled and generated image`, t => {
			const before = tf.memory().numTensors;
			const seen = labelsAtProjection(method, prediction ? { prediction } : {});
			if (!projects) {
				t.true(
					[...seen.values()].every(row => row === undefined),
					'there is no projection',
				);
				return;
			}
			for (const image of fake) t.deepEqual(seen.get(image), fakeLabelOf(image), `fake ${image}`);
			for (const image of real) {
				const logits = logitsOf(image);
				const predicted =
					prediction === 'hard' ? oneHot(logits.indexOf(Math.max(...logits))) : softmax(logits);
				// Without a class head an image without a label stays without: the projection adds nothing.
				const expected = image % 2 === 1 || !prediction ? labelOf(image) : predicted;
				t.true(close(seen.get(image)!, expected), `real ${image}: ${seen.get(image)}, expected ${expected}`);
			}
			t.is(tf.memory().numTensors, before);
		});
	}
}

test('labels are made up where a method reads none, and passed on where it reads some', t => {
	const given = Int32Array.from([2, -1, 0, 1]);
	for (const method of methods) {
		const labels = method.realLabels(given, classes, createStream(1, 'labels'));
		if (method.name.startsWith('single-label')) t.deepEqual([...labels], [0, 0, 0, 0]);
		else if (method.name === 'random-label') {
			t.true(labels.every(label => label >= 0 && label < classes));
			const again = method.realLabels(given, 1000, createStream(1, 'labels'));
			const later = method.realLabels(given, 1000, createStream(2, 'labels'));
			t.notDeepEqual([...again], [...later]);
		} else t.deepEqual([...labels], [...given], method.name);
	}
});
