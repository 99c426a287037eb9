import type { SelfCheck } from './check.ts';
import type { SelfTestSubjects } from './subjects.ts';

const classes = 1008;

/** Logits of images whose class is beyond doubt. */
function sureLogits(labels: readonly number[]): Float32Array {
	const logits = new Float32Array(labels.length * classes);
	labels.forEach((label, image) => {
		logits[image * classes + label] = 200;
	});
	return logits;
}

/** Predictions whose score follows from the definition. */
export function inceptionScoreChecks({ inceptionScore }: SelfTestSubjects): SelfCheck[] {
	const check = (name: string, expected: number, measure: () => number): SelfCheck => ({
		group: 'Inception score',
		name,
		expected: [expected],
		tolerance: [1e-9 * expected],
		source: 'definition',
		measure: () => [measure()],
	});
	const balanced = Array.from({ length: 500 }, (_, image) => image % 50);
	const sorted = Array.from({ length: 500 }, (_, image) => Math.floor(image / 50));
	// Half the images surely class 0, half undecided between 0 and 1: mean p = (¾, ¼), mean KL by hand.
	const mixed = Float32Array.from({ length: 20 * 2 }, (_, index) => (index % 4 === 1 ? -200 : 0));
	const half = 0.5 * Math.log(4 / 3) + 0.5 * (0.5 * Math.log(2 / 3) + 0.5 * Math.log(2));
	return [
		check(
			'no class more probable than another',
			1,
			() => inceptionScore(new Float32Array(30 * classes), { classes }).mean,
		),
		check(
			'one class for all images',
			1,
			() => inceptionScore(sureLogits(balanced.map(() => 7)), { classes }).mean,
		),
		check('50 classes, sure and balanced', 50, () => inceptionScore(sureLogits(balanced), { classes }).mean),
		check(
			'sure of half the images, undecided of the others',
			Math.exp(half),
			() => inceptionScore(mixed, { classes: 2 }).mean,
		),
		check(
			'ten splits of one class each',
			1,
			() => inceptionScore(sureLogits(sorted), { classes, splits: 10 }).mean,
		),
	];
}
