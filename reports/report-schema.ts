import { z } from 'zod';
import { protocolSchema } from '../harness/run/records.ts';
import type { Frozen } from '../reference/read-reference.ts';
import { confidenceSchema } from '../reference/sources.ts';

// The published shape of report.json, and the one place where the types of a report are written down. The JSON is
// enough to draw every table and figure again; only the pictures of samples lie beside it.

const metricSchema = z.enum(['fid', 'inceptionScore']);
export const metrics = metricSchema.options;
/** FID: lower is better. Inception score: higher is better. */
export type Metric = z.infer<typeof metricSchema>;

const verdictSchema = z.enum([
	'reproduced',
	'worse',
	'better (explain)',
	'inconclusive',
	'not comparable',
	'not run',
]);

const count = z.number().int().nonnegative();
const interval = z.strictObject({ low: z.number(), high: z.number() });
const labelFraction = z.number().nullable().describe('in (0, 1]; null for methods without labels');

const paperScore = z.strictObject({
	value: z.number(),
	std: z.number().optional().describe('population standard deviation over three seeds, beside a mean'),
	table: z.string().describe('where the paper prints it'),
	confidence: confidenceSchema,
	sources: z.array(z.string()),
});

const summary = z.strictObject({
	n: count,
	median: z.number(),
	mean: z.number(),
	populationStd: z.number().describe('divisor n, as in the tables of the paper'),
	sampleStd: z.number().nullable().describe('divisor n - 1; null for one value'),
	tInterval95: interval.nullable().describe('of the mean; null below three values'),
});

const comparison = z.strictObject({
	summary: summary.nullable(),
	medianInterval95: interval
		.nullable()
		.describe('seeded bootstrap of the median, for ten to a hundred seeds'),
	paper: z.strictObject({ median: paperScore.nullable(), mean: paperScore.nullable() }),
	difference: z.number().nullable().describe("our median minus the paper's; null where not comparable"),
	verdict: verdictSchema,
	reasons: z.array(z.string()).describe('the most important first'),
	differenceInterval: interval.nullable().describe("95 % interval of our mean minus the paper's"),
	basis: z.enum(['interval', 'median']).nullable().describe('what the verdict rests on'),
	smallestDetectable: z
		.number()
		.nullable()
		.describe('difference of means that these seeds notice in four cases of five; null if unknown'),
});

const run = z.strictObject({
	seed: z.number().int(),
	runId: z.string(),
	folder: z.string().describe('relative to the output folder'),
	hasSamples: z.boolean(),
	parameters: z.strictObject({ generator: z.number().int(), discriminator: z.number().int() }),
	fid: z.number().describe('mean over the fake sets'),
	inceptionScore: z.number(),
	collapsed: z.string().nullable().describe('why the run counts as collapsed; null if it does not'),
	trainingSeconds: z.number().nullable().describe('null if its events do not say'),
	changedSource: z
		.string()
		.nullable()
		.default(null)
		.describe(
			'what changed in the source since, so that the run would be made again; null if nothing, or unknown',
		),
});

const point = z.strictObject({
	step: count,
	mean: z.number(),
	low: z.number().describe('smallest over the seeds'),
	high: z.number().describe('largest over the seeds'),
	n: count.describe('seeds with a value at this step'),
});
const curve = z.strictObject({
	quantity: z.string().describe("a logged quantity, or 'fid' and 'inceptionScore' of evaluations"),
	points: z.array(point),
});

const group = z.strictObject({
	method: z.string(),
	title: z.string(),
	labelFraction,
	paperRow: z.string().nullable().describe("row of the paper's tables; null for methods of others"),
	planned: count.describe('seeds that the grid asks for'),
	failed: count.describe('seeds that ended with an error'),
	runs: z.array(run).describe('by seed'),
	scores: z.strictObject({ fid: comparison, inceptionScore: comparison }),
	curves: z.array(curve),
	trainingSeconds: z.number().nullable().describe('median over the runs that say'),
	waived: z.array(z.string()).describe('rules that a waiver excuses in a run of this cell'),
	command: z.string().describe('repeats the cell'),
});

const tableCell = z.strictObject({
	method: z.string(),
	labelFraction,
	metric: metricSchema,
	ours: z.string().nullable().describe('with the decimals of the paper; null if not run'),
	paper: z.string(),
	difference: z.number().nullable(),
	n: count,
	planned: count,
	note: z.string().nullable().describe('collapsed, failed or missing seeds, waivers'),
	verdict: verdictSchema,
});
const table = z.strictObject({
	number: z.number().int().describe("number of the paper's table"),
	caption: z.string(),
	statistic: z.enum(['median', 'mean']),
	columns: z.array(z.string()),
	rows: z.array(z.strictObject({ name: z.string(), cells: z.array(tableCell) })),
});

const effect = z.strictObject({
	claim: z.string(),
	labelFraction,
	metric: metricSchema,
	first: z.string(),
	second: z.string(),
	counts: z.tuple([count, count]),
	difference: z.number().describe('mean of the first minus mean of the second'),
	differencePercent: z.number().describe('of the mean of the second'),
	paperDifferencePercent: z.number().nullable(),
	p: z.number().describe('exact permutation test, two-sided'),
	adjustedP: z.number().describe("Holm's correction over the effects of this metric and setting"),
	smallestP: z.number().describe('what these sample sizes can reach'),
	smallestAdjustedP: z
		.number()
		.nullable()
		.default(null)
		.describe('what they can reach after the correction, with the other tests as they are'),
	smallestDetectable: z
		.number()
		.nullable()
		.describe('difference that these seeds notice in four cases of five, at 0.05 over the number of tests'),
	conclusion: z.string(),
});

const fact = count.nullable().default(null).describe('null if no run records it');
const setting = z.strictObject({
	profile: z.string(),
	dataSet: z.strictObject({
		name: z.string().describe('says nothing: a folder may have any name'),
		digest: z.string().nullable(),
		classes: fact,
		trainImages: fact,
		testImages: fact,
	}),
	steps: z.number().int().describe('generator steps'),
	protocol: protocolSchema.nullable(),
	obstacles: z.array(z.string()).describe('why nothing here can be compared with the paper'),
	groups: z.array(group),
	tables: z.array(table),
	effects: z.array(effect),
});

const hole = z.strictObject({
	method: z.string(),
	title: z.string(),
	labelFraction,
	seed: z.number().int(),
	profile: z.string(),
	steps: z.number().int(),
	folder: z.string(),
	state: z.enum(['failed', 'interrupted', 'running', 'lost', 'missing', 'unreadable']),
	reason: z.string(),
});

const findingSchema = z.strictObject({
	rule: z.string(),
	verdict: z.enum(['failed', 'waived', 'not checked']),
	place: z.string().describe('folder of the run, or the cell'),
	expected: z.string(),
	actual: z.string(),
	waiver: z.string().nullable().describe('reason, name and date of the waiver'),
});

const environment = z.strictObject({
	commit: z.string().nullable(),
	dirty: z.boolean().nullable(),
	backend: z.string(),
	node: z.string(),
	platform: z.string(),
	processor: z.string(),
	cores: count,
	gpus: z.array(z.string()).default([]).describe('those that a run could use, each kind once'),
	variables: z.record(z.string(), z.string()),
	runs: count,
});

const textTable = z.strictObject({
	number: z.number().int(),
	caption: z.string(),
	note: z.string().nullable(),
	columns: z.array(z.string()),
	rows: z.array(z.array(z.string())),
});

export const reportSchema = z.strictObject({
	schemaVersion: z.literal(1),
	suite: z.string(),
	complete: z.boolean().describe('whether every run of the grid has a result'),
	runs: z.strictObject({ total: count, finished: count, failed: count, collapsed: count }),
	settings: z
		.array(setting)
		.describe('results of different profile, data, steps or protocol never share one'),
	methods: textTable.describe('Table 1, with what is in this grid'),
	classifier: textTable.describe('Table 3'),
	architecture: z.array(textTable).describe('Tables 6 to 11, from the networks of this program'),
	holes: z.array(hole),
	stale: z.array(z.string()).describe('folders with results that the grid no longer lists'),
	outside: z.array(z.string()).describe('rows of the paper that the grid does not ask for'),
	compliance: z.strictObject({
		edition: z.number().int(),
		rules: z.array(z.strictObject({ name: z.string(), summary: z.string(), checked: count, failed: count })),
		findings: z.array(findingSchema),
		omitted: count.describe('findings left out of the list, which is cut at 200'),
		waivers: z.array(
			z.strictObject({ rule: z.string(), where: z.string(), words: z.string(), used: z.boolean() }),
		),
	}),
	environments: z.array(environment),
	sharedTrainings: z
		.array(z.strictObject({ name: z.string(), seconds: z.number().nullable() }))
		.default([])
		.describe('pre-trainings that runs share, which the times of runs leave out'),
});

export type Report = Frozen<z.infer<typeof reportSchema>>;
export type Setting = Report['settings'][number];
export type Group = Setting['groups'][number];
export type ReportedRun = Group['runs'][number];
export type Comparison = Group['scores'][Metric];
export type ReportedHole = Report['holes'][number];
export type PaperTable = Setting['tables'][number];
export type PaperCell = PaperTable['rows'][number]['cells'][number];
export type Effect = Setting['effects'][number];
export type Curve = Group['curves'][number];
export type TextTable = Report['methods'];
export type Environment = Report['environments'][number];

/** The JSON schema of report.json, draft 2020-12. */
export function reportJsonSchema(): Record<string, unknown> {
	return { title: 'Report of fewer-labels, version 1', ...z.toJSONSchema(reportSchema) };
}
