import { readFileSync } from 'node:fs';
import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { ExecutionContext } from 'ava';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { resNetV2Config, type roots } from '../../../../methods/networks/resnet-v2/config.ts';
import { createResNetV2State, type ResNetV2State } from '../../../../methods/networks/resnet-v2/state.ts';
import { assertSummary, pseudoRandom, type Summary } from '../../networks/support/pseudo-random.ts';

type Summaries = Readonly<Record<string, Summary>>;

/** One case of `ci/golden/pretraining-resnet.py`. */
export interface GoldenResNet {
	readonly config: {
		readonly widening: number;
		readonly unitsPerStage: number[];
		readonly root: (typeof roots)[number];
		readonly classes: number;
	};
	readonly epsilon: number;
	readonly normMomentum: number;
	readonly imagesShape: [number, number, number, number];
	readonly labels: number[];
	readonly settings: {
		readonly momentum: number;
		readonly weightDecay: number;
		readonly gamma: number;
		readonly rates: number[];
	};
	readonly training: Summary;
	readonly moments: Summaries;
	readonly inference: Summary;
	readonly losses: ReadonlyArray<Readonly<Record<'total' | 'rotation' | 'class', number>>>;
	readonly gradients: Summaries;
	readonly parametersAfter: Summaries;
	readonly velocitiesAfter: Summaries;
	readonly momentsAfter: Summaries;
}

interface Fixture {
	readonly cases: Readonly<Record<(typeof roots)[number], GoldenResNet>>;
	readonly counts: ReadonlyArray<{
		readonly widening: number;
		readonly unitsPerStage: number[];
		readonly root: (typeof roots)[number];
		readonly classes: number | null;
		readonly parameters: number;
	}>;
}

export function readGoldenResNet(): Fixture {
	const file = new URL('../../../fixtures/pretraining/resnet.json', import.meta.url);
	return JSON.parse(readFileSync(file, 'utf8')) as Fixture;
}

/** The network of a case with the pseudo-random values of the golden script. */
export function goldenState({ config, epsilon, normMomentum }: GoldenResNet): ResNetV2State {
	const state = createResNetV2State(
		resNetV2Config({ ...config, batchNormEpsilon: epsilon, batchNormMomentum: normMomentum }),
		1,
	);
	tf.tidy(() => {
		for (const [name, variable] of [...state.network.parameters, ...state.moments]) {
			variable.assign(tf.tensor(goldenValue(name, variable.shape), variable.shape, 'float32'));
		}
	});
	return state;
}

function goldenValue(name: string, shape: readonly number[]): Float32Array {
	const values = pseudoRandom(name, shape);
	if (name.endsWith('/bias') || name.endsWith('/beta')) return values.map(value => value / 4);
	if (name.endsWith('/gamma')) return values.map(value => 1 + value / 4);
	return name.endsWith('/moving_variance') ? values.map(value => 1 + value / 2) : values;
}

/** The images of a case, [n, R, R, 3] in [0, 1]. */
export function goldenImages({ config, imagesShape }: GoldenResNet): Tensor4D {
	const values = pseudoRandom(`images/${config.root}`, imagesShape).map(value => (value + 1) / 2);
	return tf.tensor4d(values, imagesShape);
}

/** Asserts that the tensors are those of the summaries, and no others. */
export function assertSummaries(
	t: ExecutionContext,
	actual: ReadonlyMap<string, Tensor | Variable>,
	golden: Summaries,
): void {
	t.deepEqual([...actual.keys()].sort(), Object.keys(golden).sort());
	for (const [name, summary] of Object.entries(golden))
		assertSummary(t, name, actual.get(name)!, summary, 1e-3);
}
