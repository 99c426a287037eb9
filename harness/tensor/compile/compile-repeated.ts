import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { type CompiledStep, compile } from './compile.ts';
import type { Step, TensorSpec } from './record-step.ts';

/** A step without state that becomes a graph where its inputs keep their shapes. Called like the step itself. */
export interface RepeatedStep {
	(inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
	/** Frees the graphs; what the step itself uses stays. It may be called again, and compiles again then. */
	dispose(): void;
}

export interface RepeatedStepOptions {
	/**
	 * Runs with inputs of the same shapes that go operation by operation before those shapes are compiled, default 8:
	 * compiling takes about as long as it saves in a few runs.
	 */
	readonly patience?: number;
}

interface Form {
	runs: number;
	compiled?: CompiledStep;
}

/**
 * The step as one TensorFlow graph for inputs of each size that comes again and again; rare sizes (the last batch, say)
 * run operation by operation. The numbers are the same bit for bit, for the graph has the same kernels in the same
 * order; but not where the step has a `FusedBatchNormV3` of inference, which TensorFlow's graph optimiser takes apart.
 *
 * @param step a function of its inputs and of tensors that do not change; each graph keeps a copy of them
 */
export function compileRepeated(step: Step, { patience = 8 }: RepeatedStepOptions = {}): RepeatedStep {
	const forms = new Map<string, Form>();
	const run = (inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> => {
		const specs = Object.fromEntries(
			Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype } as TensorSpec]),
		);
		const key = JSON.stringify(specs);
		const form = forms.get(key) ?? { runs: 0 };
		forms.set(key, form);
		form.runs += 1;
		if (!form.compiled && form.runs > patience) {
			form.compiled = compile(step, { state: new Map(), inputs: specs });
		}
		return form.compiled ? form.compiled(inputs) : { ...step(inputs) };
	};
	return Object.assign(run, {
		dispose: () => {
			for (const { compiled } of forms.values()) compiled?.dispose();
			forms.clear();
		},
	});
}
