import { ActionableError, exitCodes } from '../../../harness/errors.ts';
import type { StoredTensor } from '../../../harness/tensor/safetensors.ts';

/** What one contestant computed in the first generator step from the common state and inputs. */
export interface FirstStep {
	/** Of each discriminator update, then of the generator update. */
	readonly losses: readonly number[];
	/** Weights, singular vectors (`…/u_var`) and Adam's second moments (`…/second_moment`) after the step. */
	readonly state: ReadonlyMap<string, StoredTensor>;
}

/** How far a contestant is from another one after the first generator step; 0 is equal. */
export interface Agreement {
	/** Largest difference of a loss, relative to the loss or absolute where it is below 1. */
	readonly losses: number;
	/** Largest relative distance of a singular vector: they depend on all weights and on how often each is used. */
	readonly singularVectors: number;
	/**
	 * Largest relative distance of a tensor's gradients, as the roots of Adam's second moments show them. The
	 * weights themselves would say less: Adam's first update is ± the learning rate, whatever the gradient.
	 */
	readonly gradients: number;
}

/**
 * Largest values at which two implementations count as the same. Rounding is amplified where rectifiers switch and
 * gradients nearly cancel, so that gradients differ more than losses.
 */
export const agreementLimits: Agreement = { losses: 1e-4, singularVectors: 1e-4, gradients: 1e-2 };

/**
 * The limits where it is known how far rounding alone goes: PyTorch's float32 steps against its own float64 step, the
 * same code. Wide networks amplify it beyond the fixed limits, because Adam's first update is ± the learning rate
 * also where a gradient is little more than noise.
 */
export function limitsBeyondRounding(rounding: Agreement): Agreement {
	const limit = (quantity: keyof Agreement): number =>
		Math.max(agreementLimits[quantity], 3 * rounding[quantity]);
	return {
		losses: limit('losses'),
		singularVectors: limit('singularVectors'),
		gradients: limit('gradients'),
	};
}

/** Gradients below this part of the network's largest one are rounding noise: of biases that batch norm undoes. */
const noiseFloor = 1e-5;

/**
 * Compares a first step with that of another contestant.
 *
 * @throws ActionableError with exit code 4 if the contestants have different tensors
 */
export function compareFirstSteps(title: string, step: FirstStep, reference: FirstStep): Agreement {
	const names = [...reference.state.keys()];
	const missing = names.find(
		name => step.state.get(name)?.values.length !== reference.state.get(name)!.values.length,
	);
	if (
		missing !== undefined ||
		step.state.size !== names.length ||
		step.losses.length !== reference.losses.length
	) {
		throw refusal(`${title}: ${missing ?? 'its list of tensors'} differs from the reference in size`);
	}
	const distances = (ending: string): number[] =>
		names.filter(name => name.endsWith(ending)).map(name => distance(step, reference, name, value => value));
	return {
		losses: Math.max(
			...step.losses.map((loss, index) => {
				const expected = reference.losses[index];
				return Math.abs(loss - expected) / Math.max(1, Math.abs(expected));
			}),
		),
		singularVectors: Math.max(...distances('/u_var')),
		gradients: Math.max(
			...significantMoments(reference).map(name => distance(step, reference, name, Math.sqrt)),
		),
	};
}

/**
 * Refuses contestants that do not do the same work.
 *
 * @throws ActionableError with exit code 4 naming the contestant and the quantity
 */
export function requireAgreement(title: string, agreement: Agreement, limits = agreementLimits): void {
	for (const quantity of Object.keys(agreementLimits) as (keyof Agreement)[]) {
		// Written so that NaN is refused.
		if (agreement[quantity] <= limits[quantity]) continue;
		throw refusal(
			`${title}: ${quantity} differ by ${agreement[quantity].toExponential(1)} from the reference, ` +
				`at most ${limits[quantity].toExponential(0)} is allowed`,
		);
	}
}

const refusal = (message: string): ActionableError =>
	new ActionableError(message, {
		exitCode: exitCodes.compliance,
		fix: 'times of unequal work mean nothing: find the difference first, or leave this contestant out with --contestants',
	});

/** Second moments of tensors whose gradient is more than noise. */
function significantMoments({ state }: FirstStep): string[] {
	const lengths = new Map(
		[...state]
			.filter(([name]) => name.endsWith('/second_moment'))
			// The root of the sum of second moments: the length of the gradient, up to a common factor.
			.map(([name, { values }]) => [name, Math.sqrt([...values].reduce((sum, value) => sum + value, 0))]),
	);
	const network = (name: string): boolean => name.startsWith('generator/');
	return [...lengths].flatMap(([name, length]) => {
		const peers = [...lengths]
			.filter(([other]) => network(other) === network(name))
			.map(([, value]) => value);
		return length >= noiseFloor * Math.max(...peers) ? [name] : [];
	});
}

/** Euclidean distance of two tensors of one name, relative to the length of the reference. */
function distance(
	step: FirstStep,
	reference: FirstStep,
	name: string,
	of: (value: number) => number,
): number {
	const actual = step.state.get(name)!.values;
	const expected = reference.state.get(name)!.values;
	let difference = 0;
	let length = 0;
	for (const [index, value] of expected.entries()) {
		difference += (of(actual[index]) - of(value)) ** 2;
		length += of(value) ** 2;
	}
	return Math.sqrt(difference / length);
}
