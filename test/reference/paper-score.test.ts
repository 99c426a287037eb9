import test from 'ava';
import { paperMethods, paperRowName, paperScore } from '../../reference/paper-score.ts';

// Typed from the tables of arXiv 1903.02271v1, not from the JSON file: FID and IS, [5, 10, 20] %.
const medians: Record<string, [fid: number[], inceptionScore: number[]]> = {
	s2gan: [
		[10.8, 8.9, 8.4],
		[57.6, 73.4, 77.4],
	],
	's2gan-co': [
		[21.8, 17.7, 13.9],
		[30.0, 37.2, 49.2],
	],
	s3gan: [
		[10.4, 8.0, 7.7],
		[59.6, 78.7, 83.1],
	],
	's3gan-co': [
		[20.2, 16.6, 12.7],
		[31.0, 38.5, 53.1],
	],
	's2gan-soft': [
		[15.4, 12.9, 10.4],
		[40.3, 49.8, 62.1],
	],
};
const mediansWithoutLabels: Record<string, [fid: number, inceptionScore: number]> = {
	'random-label': [26.5, 20.2],
	'single-label': [25.3, 20.4],
	'single-label-ss': [23.7, 22.2],
	clustering: [23.2, 22.7],
	'clustering-ss': [22.0, 23.5],
};

test('medians of Tables 2, 4 and 5 by the names of our methods', t => {
	for (const [method, scores] of Object.entries(medians)) {
		for (const [index, metric] of (['fid', 'inceptionScore'] as const).entries()) {
			const seen = [0.05, 0.1, 0.2].map(
				labelFraction => paperScore({ method, labelFraction, metric, statistic: 'median' })?.value,
			);
			t.deepEqual(seen, scores[index], `${method} ${metric}`);
		}
	}
	for (const [method, scores] of Object.entries(mediansWithoutLabels)) {
		for (const [index, metric] of (['fid', 'inceptionScore'] as const).entries()) {
			const query = { method, metric, statistic: 'median' } as const;
			t.is(paperScore({ ...query, labelFraction: null })?.value, scores[index], `${method} ${metric}`);
			t.is(paperScore({ ...query, labelFraction: 0.1 }), undefined);
		}
	}
});

test('means come with their std, table, confidence and sources', t => {
	t.deepEqual(paperScore({ method: 'single-label', labelFraction: null, metric: 'fid', statistic: 'mean' }), {
		value: 71.7,
		std: 66.32,
		table: 'Table 14',
		confidence: 'consistent',
		sources: ['translation-ocr'],
	});
	const soft = { method: 's2gan-soft', labelFraction: 0.2, metric: 'inceptionScore' } as const;
	t.like(paperScore({ ...soft, statistic: 'mean' }), { value: 58.5, std: 5.84, table: 'Table 13' });
	const s3gan = { method: 's3gan', labelFraction: 0.1, metric: 'fid' } as const;
	t.like(paperScore({ ...s3gan, statistic: 'mean' }), { value: 8.1, std: 0.14, table: 'Table 12' });
});

test('scores of the text: the baseline with all labels, and S3GAN with 2.5 %', t => {
	const baseline = { method: 'big-gan', labelFraction: 1 } as const;
	t.like(paperScore({ ...baseline, metric: 'fid', statistic: 'median' }), { value: 8.4 });
	t.like(paperScore({ ...baseline, metric: 'inceptionScore', statistic: 'median' }), { value: 75 });
	t.is(paperScore({ ...baseline, metric: 'fid', statistic: 'mean' }), undefined);
	const few = { method: 's3gan', labelFraction: 0.025 } as const;
	t.like(paperScore({ ...few, metric: 'fid', statistic: 'median' }), { value: 13.6 });
	t.like(paperScore({ ...few, metric: 'inceptionScore', statistic: 'median' }), { value: 46.3 });
	t.is(paperScore({ ...few, metric: 'fid', statistic: 'mean' }), undefined);
});

test('nothing where the paper prints nothing', t => {
	const query = { metric: 'fid', statistic: 'median' } as const;
	t.is(paperScore({ ...query, method: 'big-gan', labelFraction: 0.1 }), undefined);
	t.is(paperScore({ ...query, method: 's3gan', labelFraction: 0.07 }), undefined);
	t.is(paperScore({ ...query, method: 's3gan', labelFraction: null }), undefined);
	t.is(paperScore({ ...query, method: 'toString', labelFraction: 0.1 }), undefined);
});

test('names of the rows', t => {
	t.is(paperRowName('big-gan', 1), 'BIGGAN');
	t.is(paperRowName('big-gan', 0.07), 'BIGGAN-7%');
	t.is(paperRowName('big-gan', 0.025), 'BIGGAN-2.5%');
	t.is(paperRowName('s2gan-soft', 0.1), 'S2GAN +SOFT');
	t.is(paperRowName('clustering-ss', null), 'CLUSTERING (SS)');
	t.is(paperRowName('my-method', 0.1), undefined);
	t.is(paperMethods.length, 11);
});
