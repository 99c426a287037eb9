import type { Steps } from '../steps.ts';

export interface Evaluation {
	readonly value: number;
	readonly gradient: Float64Array;
}

export interface MinimizeOptions {
	/** Steps at most, default 200. */
	readonly maximumSteps?: number;
	/** Done when no component of the gradient is larger, default 1e-5. */
	readonly gradientTolerance?: number;
	/** Earlier steps that the curvature is estimated from, default 10; each takes two copies of the point. */
	readonly memory?: number;
	/** Called after each step. */
	readonly onStep?: (step: number, value: number) => void;
}

export interface Minimum {
	readonly point: Float64Array;
	readonly value: number;
	readonly steps: number;
	/** False if steps ran out first. */
	readonly converged: boolean;
}

const dot = (a: Float64Array, b: Float64Array): number => {
	let sum = 0;
	for (let index = 0; index < a.length; index++) sum += a[index] * b[index];
	return sum;
};

interface Step {
	readonly move: Float64Array;
	readonly change: Float64Array;
	readonly curvature: number;
}

/** The two-loop recursion (Nocedal and Wright, Numerical Optimization, algorithm 7.4), times -1. */
function descentDirection(gradient: Float64Array, history: readonly Step[]): Float64Array {
	const direction = gradient.map(value => -value);
	const shares: number[] = [];
	for (const { move, change, curvature } of history.toReversed()) {
		const share = dot(move, direction) / curvature;
		shares.push(share);
		for (let index = 0; index < direction.length; index++) direction[index] -= share * change[index];
	}
	const newest = history.at(-1);
	if (newest) {
		const scale = newest.curvature / dot(newest.change, newest.change);
		for (let index = 0; index < direction.length; index++) direction[index] *= scale;
	}
	for (const { move, change, curvature } of history) {
		const share = (shares.pop() ?? 0) - dot(change, direction) / curvature;
		for (let index = 0; index < direction.length; index++) direction[index] += share * move[index];
	}
	return direction;
}

/**
 * Minimum of a smooth convex function by L-BFGS with backtracking. Deterministic. Its steps are those of `evaluate`.
 *
 * @param evaluate value and gradient at a point; the point must not be kept
 */
export function* minimizeSteps(
	evaluate: (point: Float64Array) => Steps<Evaluation>,
	start: Float64Array,
	options: MinimizeOptions = {},
): Steps<Minimum> {
	const { maximumSteps = 200, gradientTolerance = 1e-5, memory = 10, onStep } = options;
	let point: Float64Array = start.slice();
	let { value, gradient } = yield* evaluate(point);
	let history: Step[] = [];
	const flat = (): boolean => gradient.every(component => Math.abs(component) <= gradientTolerance);

	for (let step = 0; step < maximumSteps; step++) {
		if (flat()) return { point, value, steps: step, converged: true };
		const direction = descentDirection(gradient, history);
		const slope = dot(gradient, direction);
		// Without curvature the gradient's length says nothing about the step: begin with a short one.
		let size = history.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)));
		let next = point;
		let found: Evaluation = { value, gradient };
		while (size > 1e-12) {
			const length = size;
			next = point.map((coordinate, index) => coordinate + length * direction[index]);
			found = yield* evaluate(next);
			if (found.value <= value + 1e-4 * size * slope) break;
			size /= 2;
		}
		// Rounding hides any further descent.
		if (!(found.value < value)) return { point, value, steps: step, converged: flat() };

		const move = next.map((coordinate, index) => coordinate - point[index]);
		const change = found.gradient.map((component, index) => component - gradient[index]);
		const curvature = dot(move, change);
		if (curvature > 0) history = [...history, { move, change, curvature }].slice(-memory);
		[point, value, gradient] = [next, found.value, found.gradient];
		onStep?.(step + 1, value);
	}
	return { point, value, steps: maximumSteps, converged: flat() };
}
