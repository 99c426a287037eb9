import { InvalidArgumentError, Option } from 'commander';
import { evaluatorKinds } from '../metrics/evaluators/evaluator.ts';

/** commander parser: a whole number of at least `minimum`. */
export function wholeNumber(minimum: number): (text: string) => number {
	return text => {
		const value = Number(text);
		if (!/^\d+$/u.test(text) || !Number.isSafeInteger(value) || value < minimum) {
			throw new InvalidArgumentError(`expected a whole number of at least ${minimum}, got '${text}'.`);
		}
		return value;
	};
}

/** commander parser: a finite number above 0. */
export function positiveNumber(text: string): number {
	const value = Number(text);
	if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
	throw new InvalidArgumentError(`expected a number above 0, got '${text}'.`);
}

/** What scores the runs, in place of what the profile says. */
export const evaluatorOption = (): Option =>
	new Option(
		'--evaluator <name>',
		'inception (weights by `metrics install`), or proxy: a network trained on the data (default: the profile’s)',
	).choices(evaluatorKinds);

/** The images whose labels may be used. */
export const labelListOption = (): Option =>
	new Option(
		'--label-list <file>',
		'use the labels of these training images, a number from 0 or a file name a line, in place of --labels',
	).conflicts('labels');

/** commander parser: a size in bytes, such as `500MB` or `20GB` (powers of 1000); `none` for no limit. */
export function byteSize(text: string): number {
	if (text === 'none') return Number.POSITIVE_INFINITY;
	const match = /^(?<value>\d+(?:\.\d+)?) ?(?<unit>[kMGT]?)B?$/u.exec(text);
	if (!match?.groups) {
		throw new InvalidArgumentError(`expected a size such as 500MB or 20GB, or none, got '${text}'.`);
	}
	const power = ['', 'k', 'M', 'G', 'T'].indexOf(match.groups.unit);
	return Number(match.groups.value) * 1000 ** power;
}

/** commander parser: a label fraction in (0, 1], also as a percentage (`10%`). */
export function labelFraction(text: string): number {
	const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
	if (text.trim() === '' || !(value > 0 && value <= 1)) {
		throw new InvalidArgumentError(
			`label fraction: expected a number in (0, 1], for example 0.1 or 10%, got '${text}'.`,
		);
	}
	return value;
}

/** commander parser: a comma-separated list, each part through `parse`; refuses empty parts and repetitions. */
export function listOf<Value>(parse: (text: string) => Value): (text: string) => Value[] {
	return text => {
		const values = text.split(',').map(part => parse(part.trim()));
		if (text.split(',').some(part => part.trim() === '')) {
			throw new InvalidArgumentError(`expected a comma-separated list without empty parts, got '${text}'.`);
		}
		if (new Set(values).size !== values.length) {
			throw new InvalidArgumentError(`each value may stand once, got '${text}'.`);
		}
		return values;
	};
}
