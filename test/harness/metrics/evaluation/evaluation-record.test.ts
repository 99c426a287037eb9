import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import {
	type Evaluation,
	evaluationFile,
	mergeEvaluations,
	writeEvaluation,
} from '../../../../harness/metrics/evaluation/evaluation-record.ts';
import { formatEvaluation } from '../../../../harness/metrics/evaluation/format-evaluation.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';

const first: Evaluation = {
	schemaVersion: 1,
	runId: 'abc',
	step: 60,
	weightsFileDigest: 'w',
	protocol: { name: 'ttur', fingerprint: 'f'.repeat(64), proxy: false, details: {} },
	metricOptions: {},
	scores: { fid: { mean: 3, std: 1, values: [2, 4] } },
	sets: [{ metrics: { fid: 2 } }, { metrics: { fid: 4 } }],
	notes: ['one'],
};
const second: Evaluation = {
	...first,
	metricOptions: { 'duplicates quantile': 0.01 },
	scores: { recall: { mean: 0.5, std: 0, values: [0.5, 0.5] } },
	sets: [{ metrics: { recall: 0.5 } }, { metrics: { recall: 0.5 } }],
	notes: ['two'],
};

test('what an earlier evaluation of the same weights has is kept', t => {
	const merged = mergeEvaluations(first, second);
	t.deepEqual(Object.keys(merged.scores), ['fid', 'recall']);
	t.deepEqual(merged.sets, [{ metrics: { fid: 2, recall: 0.5 } }, { metrics: { fid: 4, recall: 0.5 } }]);
	t.deepEqual(merged.notes, ['one', 'two']);
	t.is(mergeEvaluations(undefined, second), second);
	const retrained = { ...second, weightsFileDigest: 'other' };
	t.is(mergeEvaluations(first, retrained), retrained);
});

test('an evaluation lies by its protocol, and by its step where it is not the end', t => {
	const run = temporaryFolder(t);
	t.is(
		evaluationFile(run, first, false),
		path.join(run, 'evaluations', `${'f'.repeat(64)}-step-00000060.json`),
	);
	const { file } = writeEvaluation(run, first, true);
	t.is(file, path.join(run, 'evaluations', `${'f'.repeat(64)}.json`));
	const { written } = writeEvaluation(run, second, true);
	t.deepEqual(JSON.parse(readFileSync(file, 'utf8')), written);
	t.deepEqual(Object.keys(written.scores), ['fid', 'recall']);
	writeFileSync(file, '{}');
	t.throws(() => writeEvaluation(run, first, true), {
		instanceOf: UsageError,
		message: `${file}: not an evaluation of this version`,
	});
});

test('people see each number over the fake sets', t => {
	t.is(
		formatEvaluation(mergeEvaluations(first, second), undefined),
		`Protocol ttur, fingerprint ffffffffffff, after 60 steps
FID ↓     3.0000 ± 1.0000 over 2 fake sets
Recall ↑  0.5000 ± 0.0000 over 2 fake sets
Note: one
Note: two
`,
	);
});
