import { UsageError } from '../errors.ts';
import { createStream } from '../tensor/random.ts';
import type { SampleInputs } from './sample-inputs.ts';

/**
 * How latents lie between two others: along the sphere that normal random vectors lie near, straight, or straight and
 * divided by √(a² + (1 − a)²), which keeps their variance, as in the authors' released notebook.
 */
export const interpolationPaths = ['spherical', 'linear', 'unit-variance'] as const;
export type InterpolationPath = (typeof interpolationPaths)[number];

/** What changes along a row: the latents at one class, or the class at one latent. */
export type InterpolationOf = 'latents' | 'classes';

export interface InterpolationRequest {
	/** Sizes of the network. */
	readonly config: { readonly latentSize: number; readonly classes: number };
	readonly of: InterpolationOf;
	readonly rows: number;
	/** Images of a row, both ends among them, 2 or more. */
	readonly steps: number;
	/** Default spherical. Label rows always go straight: the network is linear in them before its first layer. */
	readonly path?: InterpolationPath;
	/** Classes of the rows in turn; default: spread evenly over all. */
	readonly classes?: readonly number[];
	readonly seed: number;
}

/**
 * The point at `part` of the way from `first` to `second`, [0, 1]. On the sphere it is
 * (sin((1 − t)ω) a + sin(tω) b) / sin ω with ω the angle between a and b (Shoemake 1985, "slerp"), whose length goes
 * from that of a to that of b; where they are parallel, the straight line.
 */
export function between(
	first: Float32Array,
	second: Float32Array,
	part: number,
	path: InterpolationPath,
): Float32Array {
	const scale = path === 'unit-variance' ? 1 / Math.hypot(part, 1 - part) : 1;
	const angle = path === 'spherical' ? angleBetween(first, second) : 0;
	const sine = Math.sin(angle);
	const [forFirst, forSecond] =
		sine > 1e-6
			? [Math.sin((1 - part) * angle) / sine, Math.sin(part * angle) / sine]
			: [scale * (1 - part), scale * part];
	return first.map((value, index) => forFirst * value + forSecond * second[index]!);
}

function angleBetween(first: Float32Array, second: Float32Array): number {
	let product = 0;
	let firstSquare = 0;
	let secondSquare = 0;
	for (const [index, value] of first.entries()) {
		product += value * second[index]!;
		firstSquare += value * value;
		secondSquare += second[index]! ** 2;
	}
	const cosine = product / Math.sqrt(firstSquare * secondSquare);
	return Number.isFinite(cosine) ? Math.acos(Math.min(1, Math.max(-1, cosine))) : 0;
}

/** `rows` classes, spread evenly over all of them. */
export const spreadClasses = (classes: number, rows: number): number[] =>
	Array.from({ length: Math.min(rows, classes) }, (_, row) =>
		Math.floor((row * classes) / Math.min(rows, classes)),
	);

/**
 * Latents and label rows of interpolations, row after row. Ends come from the streams `('latents', 'interpolation',
 * of, row)` of the seed.
 *
 * @throws UsageError for classes of a network that has one, or fewer than two images a row
 */
export function interpolationInputs(request: InterpolationRequest): SampleInputs {
	const { config, of, rows, steps, path = 'spherical', seed } = request;
	const { latentSize, classes } = config;
	if (steps < 2) throw new UsageError(`interpolation: expected 2 images a row or more, got ${steps}`);
	if (of === 'classes' && classes < 2) {
		throw new UsageError(
			'interpolation: expected a network of two classes or more to go between classes, this one has 1',
			'interpolate between latents',
		);
	}
	const chosen = request.classes ?? spreadClasses(classes, of === 'classes' ? rows + 1 : rows);
	const classOf = (row: number): number => chosen[row % chosen.length]!;
	const count = rows * steps;
	const latents = new Float32Array(count * latentSize);
	const labelRows = new Float32Array(count * classes);
	for (let row = 0; row < rows; row++) {
		const stream = createStream(seed, 'latents', 'interpolation', of, row);
		const first = stream.normals(latentSize);
		const second = of === 'latents' ? stream.normals(latentSize) : first;
		for (let step = 0; step < steps; step++) {
			const image = row * steps + step;
			const part = step / (steps - 1);
			latents.set(of === 'latents' ? between(first, second, part, path) : first, image * latentSize);
			labelRows[image * classes + classOf(row)]! += of === 'latents' ? 1 : 1 - part;
			if (of === 'classes') labelRows[image * classes + classOf(row + 1)]! += part;
		}
	}
	return { count, latents, labels: null, labelRows };
}
