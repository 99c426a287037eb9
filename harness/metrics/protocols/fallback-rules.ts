import type { InceptionScoreRule, KernelDistanceRule, ManifoldRule } from './preset.ts';

/** The rule of a metric where a protocol has none, and what people are told of it. */
interface FallbackRule<Rule> {
	readonly value: Rule;
	readonly text: string;
}

/** Rules for protocols of tools that lack a metric. */
export const fallbackRules: {
	readonly is: FallbackRule<InceptionScoreRule>;
	readonly kid: FallbackRule<KernelDistanceRule>;
	readonly prdc: FallbackRule<ManifoldRule>;
} = {
	is: {
		value: { splits: 10, bias: false },
		text: '10 splits, logits without bias, as in the paper that proposed it (arXiv 1606.03498)',
	},
	kid: {
		value: { form: 'subsets', subsets: 100, subsetSize: 1000 },
		text: '100 subsets of 1000, as in torch-fidelity and clean-fid',
	},
	// The code of the paper on improved precision and recall counts the border as inside, and its k is 3.
	prdc: {
		value: { neighbours: 5, comparison: '<' },
		text: "5 neighbours, the border outside, as in the density and coverage paper's code (arXiv 2002.09797)",
	},
};
