import test from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import { expandCells } from '../../../harness/suite/cells.ts';

const options = new Map<string, Record<string, unknown>>();

test('methods that read labels run at every fraction, the others once per seed', async t => {
	const cells = await expandCells({
		rows: [
			{ method: 'big-gan', labelFractions: [0.1, 1] },
			{ method: 'single-label', labelFractions: [0.1, 1] },
		],
		seeds: [1, 2],
		options,
	});
	t.deepEqual(
		cells.map(({ loaded, labelFraction, seed }) => [loaded.method.name, labelFraction, seed]),
		[
			['big-gan', 0.1, 1],
			['big-gan', 0.1, 2],
			['big-gan', 1, 1],
			['big-gan', 1, 2],
			['single-label', null, 1],
			['single-label', null, 2],
		],
	);
});

test('methods that infer labels run at small fractions, and clusters need none', async t => {
	const cells = await expandCells({
		rows: ['s2gan-co', 's3gan', 'clustering'].map(method => ({ method, labelFractions: [0.05] })),
		seeds: [1],
		options,
	});
	t.deepEqual(
		cells.map(cell => cell.labelFraction),
		[0.05, 0.05, null],
	);
});

test('label fractions may differ from method to method', async t => {
	const cells = await expandCells({
		rows: [
			{ method: 'big-gan', labelFractions: [1] },
			{ method: 's2gan', labelFractions: [0.05, 0.1] },
		],
		seeds: [1],
		options,
	});
	t.deepEqual(
		cells.map(({ loaded, labelFraction }) => [loaded.method.name, labelFraction]),
		[
			['big-gan', 1],
			['s2gan', 0.05],
			['s2gan', 0.1],
		],
	);
});

test('label fractions outside (0, 1] are refused', async t => {
	for (const fraction of [0, -0.1, 1.5, Number.NaN]) {
		await t.throwsAsync(
			expandCells({ rows: [{ method: 'big-gan', labelFractions: [fraction] }], seeds: [1], options }),
			{
				instanceOf: UsageError,
				message: /label fraction: expected a number in \(0, 1\]/u,
			},
		);
	}
});

test('options go to their method, and one for a method that is not in the grid is refused', async t => {
	const given = new Map([['s3gan', { rotatedBatchFraction: 1 }]]);
	const [cell] = await expandCells({
		rows: [{ method: 's3gan', labelFractions: [1] }],
		seeds: [1],
		options: given,
	});
	t.deepEqual(cell.options, {
		rotatedBatchFraction: 1,
		discriminatorRotationWeight: 0.5,
		generatorRotationWeight: 0.2,
	});
	await t.throwsAsync(
		expandCells({ rows: [{ method: 'big-gan', labelFractions: [1] }], seeds: [1], options: given }),
		{
			instanceOf: UsageError,
			message: 'options: s3gan is not in this grid',
		},
	);
	await t.throwsAsync(
		expandCells({
			rows: [{ method: 's3gan', labelFractions: [1] }],
			seeds: [1],
			options: new Map([['s3gan', { rotatedBatchFraction: 0, nonsense: 1 }]]),
		}),
		{
			instanceOf: UsageError,
			message: /rotatedBatchFraction[\s\S]*nonsense|nonsense[\s\S]*rotatedBatchFraction/u,
		},
	);
});

test('options of a row go before the defaults, and those of the command line before both', async t => {
	const rows = [
		{
			method: 's3gan',
			labelFractions: [0.1],
			options: { rotatedBatchFraction: 4, generatorRotationWeight: 0.1 },
		},
	];
	const optionsOf = async (given: typeof options) =>
		(await expandCells({ rows, seeds: [1], options: given }))[0].options;
	t.deepEqual(await optionsOf(options), {
		rotatedBatchFraction: 4,
		discriminatorRotationWeight: 0.5,
		generatorRotationWeight: 0.1,
	});
	const { rotatedBatchFraction } = await optionsOf(new Map([['s3gan', { rotatedBatchFraction: 1 }]]));
	t.is(rotatedBatchFraction, 1);
});

test('a method has one row, since its name tells runs apart', async t => {
	const row = { method: 'clustering', labelFractions: [1] };
	await t.throwsAsync(
		expandCells({ rows: [row, { ...row, options: { clusters: 100 } }], seeds: [1], options }),
		{
			instanceOf: RangeError,
		},
	);
});

test('recorded options stand in for those that are not given, of a method and label fraction each', async t => {
	const expand = (given: ReadonlyMap<string, Record<string, unknown>>) =>
		expandCells({
			rows: [{ method: 's3gan', labelFractions: [0.1, 1], options: { discriminatorRotationWeight: 0.25 } }],
			seeds: [1],
			options: given,
			recordedOptions: (method, labelFraction) =>
				method === 's3gan' && labelFraction === 0.1 ? { discriminatorRotationWeight: 2 } : undefined,
		});
	const weights = (cells: Awaited<ReturnType<typeof expand>>) =>
		cells.map(({ options: { discriminatorRotationWeight: weight }, givenOptions }) => [weight, givenOptions]);
	t.deepEqual(weights(await expand(options)), [
		[2, { discriminatorRotationWeight: 2 }],
		[0.25, {}],
	]);
	const given = { discriminatorRotationWeight: 3 };
	t.deepEqual(weights(await expand(new Map([['s3gan', given]]))), [
		[3, given],
		[3, given],
	]);
});

test('recorded options that a method has no more are left out', async t => {
	const [cell] = await expandCells({
		rows: [{ method: 's3gan', labelFractions: [1] }],
		seeds: [1],
		options,
		recordedOptions: () => ({ discriminatorRotationWeight: 2, gone: 1 }),
	});
	t.is(cell!.options.discriminatorRotationWeight, 0.5);
	t.deepEqual(cell!.givenOptions, {});
});
