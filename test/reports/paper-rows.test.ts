import test from 'ava';
import { paperRowsOutside } from '../../reports/paper-rows.ts';

test('lists the rows of the paper that no cell stands for', t => {
	t.deepEqual(paperRowsOutside([]), [
		'BIGGAN (100 %)',
		'RANDOM LABEL (no labels)',
		'SINGLE LABEL (no labels)',
		'SINGLE LABEL (SS) (no labels)',
		'CLUSTERING (no labels)',
		'CLUSTERING (SS) (no labels)',
		'S2GAN (5 %, 10 %, 20 %)',
		'S2GAN-CO (5 %, 10 %, 20 %)',
		'S3GAN (2.5 %, 5 %, 10 %, 20 %)',
		'S3GAN-CO (5 %, 10 %, 20 %)',
		'S2GAN +SOFT (5 %, 10 %, 20 %)',
	]);
	const rows = paperRowsOutside([
		{ method: 'big-gan', labelFraction: 1 },
		{ method: 's3gan', labelFraction: 0.1 },
	]);
	t.false(rows.includes('BIGGAN (100 %)'));
	t.true(rows.includes('S3GAN (2.5 %, 5 %, 20 %)'));
});
