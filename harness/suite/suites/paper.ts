import type { Suite, SuiteRow } from './suite.ts';

/** Label fractions of the paper's tables. */
const fewLabels = [0.05, 0.1, 0.2];

// Rows carry the values that the paper states for them, so that they stay the paper's whatever the defaults become.
const selfSupervised = { discriminatorRotationWeight: 1, generatorRotationWeight: 0.2 };

const withoutLabels: readonly SuiteRow[] = [
	{ method: 'random-label', labelFractions: [1] },
	{ method: 'single-label', labelFractions: [1] },
	{ method: 'single-label-ss', labelFractions: [1], options: selfSupervised },
	{ method: 'clustering', labelFractions: [1], options: { clusters: 50 } },
	{ method: 'clustering-ss', labelFractions: [1], options: { clusters: 50, ...selfSupervised } },
];

const s2gan: SuiteRow = { method: 's2gan', labelFractions: fewLabels };
const softLabels: SuiteRow = { method: 's2gan-soft', labelFractions: fewLabels };
const s2ganCo: SuiteRow = { method: 's2gan-co', labelFractions: fewLabels, options: { prediction: 'soft' } };
const s3gan: SuiteRow = {
	method: 's3gan',
	labelFractions: fewLabels,
	options: { ...selfSupervised, discriminatorRotationWeight: 0.5 },
};
const s3ganCo: SuiteRow = {
	method: 's3gan-co',
	labelFractions: fewLabels,
	options: { prediction: 'soft', ...selfSupervised },
};

const imagenet = { profile: 'imagenet-128', data: null, seeds: [1, 2, 3] } as const;

/** The grids of arXiv 1903.02271v1: each has the runs of its tables and no others. */
export const paperSuites: readonly Suite[] = [
	{
		...imagenet,
		name: 'paper',
		summary:
			'every run behind the paper’s scores at 128×128: Tables 2 to 5 and 12 to 14, and of its text BIGGAN, BIGGAN-k% and S3GAN with 2.5 %',
		rows: [
			// BIGGAN-k% collapses at 10 and 20 %, the paper says, and prints no score.
			{ method: 'big-gan', labelFractions: [1, 0.1, 0.2] },
			...withoutLabels,
			s2gan,
			softLabels,
			s2ganCo,
			{ ...s3gan, labelFractions: [0.025, ...fewLabels] },
			s3ganCo,
		],
		classifiers: fewLabels,
		tables: [2, 3, 4, 5, 12, 13, 14],
	},
	{
		...imagenet,
		name: 'paper-256',
		profile: 'imagenet-256',
		summary: 'S3GAN with 10 % of the labels at 256×256, of which the paper shows samples and no scores',
		rows: [{ ...s3gan, labelFractions: [0.1] }],
		tables: [],
	},
	{
		...imagenet,
		name: 'table-2',
		summary: 'the unsupervised methods: Table 2 (medians) and Table 14 (mean ± std of the same runs)',
		rows: withoutLabels,
		tables: [2, 14],
	},
	{
		...imagenet,
		name: 'table-3',
		summary: 'errors of the semi-supervised classifier with 5, 10 and 20 % of the labels: no GAN is trained',
		rows: [],
		classifiers: fewLabels,
		tables: [3],
	},
	{
		...imagenet,
		name: 'table-4',
		summary:
			'pre-training against co-training, with and without self-supervision: Table 4 and Table 12 (mean ± std of the same runs)',
		rows: [s2gan, s2ganCo, s3gan, s3ganCo],
		tables: [4, 12],
	},
	{
		...imagenet,
		name: 'table-5',
		summary: 'hard against soft labels: Table 5 and Table 13 (mean ± std of the same runs)',
		rows: [s2gan, softLabels],
		tables: [5, 13],
	},
];
