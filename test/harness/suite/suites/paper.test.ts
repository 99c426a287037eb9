import test from 'ava';
import { expandCells } from '../../../../harness/suite/cells.ts';
import { paperSuites } from '../../../../harness/suite/suites/paper.ts';
import { findSuite, suites } from '../../../../harness/suite/suites.ts';
import { loadBuiltInMethods } from '../../../../methods/registry.ts';
import { readHyperparameters } from '../../../../reference/hyperparameters.ts';
import { readResults } from '../../../../reference/results.ts';

const results = readResults();
const scoreTables = [2, 4, 5, 12, 13, 14] as const;

/** Which suite gives the runs behind a table. */
const suiteOf = { 2: 'table-2', 4: 'table-4', 5: 'table-5', 12: 'table-4', 13: 'table-5', 14: 'table-2' };

/** `S2GAN +SOFT` in Table 5 is `S2GAN SOFT` in Table 13. */
const plain = (title: string): string => title.replaceAll(/[\s+]+/gu, ' ');

async function methodsByTitle(): Promise<Map<string, string>> {
	return new Map((await loadBuiltInMethods()).map(({ method }) => [plain(method.title), method.name]));
}

/** The cells of a table, `s2gan 0.05` or `clustering null`, read off the reference data: FID and IS must both be there. */
function cellsOfTable(table: (typeof scoreTables)[number], names: Map<string, string>): string[] {
	return results[`table${table}`].rows.flatMap(({ method, fid, is }) => {
		const name = names.get(plain(method));
		if (name === undefined) throw new Error(`no method has the title ${method}`);
		if ('confidence' in fid) return [`${name} null`];
		if (Object.keys(fid).join() !== Object.keys(is).join()) throw new Error(`${method}: FID without IS`);
		return Object.keys(fid).map(percent => `${name} ${Number(percent) / 100}`);
	});
}

/** The cells of a suite with their seeds. */
async function cellsOfSuite(name: string): Promise<Map<string, number[]>> {
	const { rows, seeds } = findSuite(name);
	const cells = new Map<string, number[]>();
	for (const { loaded, labelFraction, seed } of await expandCells({ rows, seeds, options: new Map() })) {
		const key = `${loaded.method.name} ${labelFraction}`;
		cells.set(key, [...(cells.get(key) ?? []), seed]);
	}
	return cells;
}

/** What the paper says of runs outside its tables. */
function cellsOfText(): string[] {
	const collapse = results.claims.find(({ claim }) => claim.startsWith('BigGAN-k%'))!.claim;
	const percents = [...collapse.matchAll(/(?<percent>\d+) %/gu)].map(match => Number(match.groups!.percent));
	return [
		`big-gan ${Number.parseInt(results.baselineBigGAN.reimplementation.labels, 10) / 100}`,
		...percents.map(percent => `big-gan ${percent / 100}`),
		`s3gan ${Number.parseFloat(results.fewerThan5Percent.labels) / 100}`,
	];
}

for (const table of scoreTables) {
	const name = suiteOf[table];
	test(`every cell of Table ${table} is a run of ${name} for each seed, and no run is without a cell`, async t => {
		const cells = cellsOfTable(table, await methodsByTitle());
		const runs = await cellsOfSuite(name);
		t.deepEqual([...runs.keys()].sort(), cells.sort());
		for (const seeds of runs.values()) t.is(new Set(seeds).size, results.protocol.seedsPerModel);
		t.true(findSuite(name).tables.includes(table));
	});
}

test('every cell of Table 3 is a classifier of table-3, which trains no GAN', t => {
	const { rows, classifiers } = findSuite('table-3');
	t.deepEqual(rows, []);
	for (const row of results.table3.rows) {
		const percents = Object.keys(row).filter(key => key !== 'metric');
		t.deepEqual(
			classifiers,
			percents.map(percent => Number(percent) / 100).sort((first, second) => first - second),
		);
	}
});

test('the suite paper is the union of the tables and of the runs that the text tells of', async t => {
	const names = await methodsByTitle();
	const wanted = new Set([...scoreTables.flatMap(table => cellsOfTable(table, names)), ...cellsOfText()]);
	t.deepEqual([...(await cellsOfSuite('paper')).keys()].sort(), [...wanted].sort());
	t.deepEqual(findSuite('paper').classifiers, findSuite('table-3').classifiers);
});

test('the tables that the suites name are all tables of scores in the reference data', t => {
	const inData = Object.keys(results).flatMap(key => {
		const match = /^table(?<number>\d+)$/u.exec(key);
		return match && key !== 'table1' ? [Number(match.groups!.number)] : [];
	});
	const named = (chosen: typeof suites): number[] =>
		[...new Set(chosen.flatMap(({ tables }) => tables))].sort((first, second) => first - second);
	t.deepEqual(named(paperSuites.filter(({ name }) => name.startsWith('table-'))), inData);
	t.deepEqual(named([findSuite('paper')]), inData);
	t.deepEqual(named(suites.filter(suite => !paperSuites.includes(suite))), []);
});

test('rows of the paper have the options that it states', async t => {
	const { clustering, labels, selfSupervision } = readHyperparameters();
	const { rows, seeds } = findSuite('paper');
	const betas: Record<string, number | string> = {
		s3gan: selfSupervision.betaD.value.S3GAN,
		's3gan-co': selfSupervision.betaD.value['S3GAN-CO'],
		'single-label-ss': 1,
		'clustering-ss': 1,
	};
	for (const { loaded, options } of await expandCells({ rows, seeds, options: new Map() })) {
		const { name } = loaded.method;
		if ('clusters' in options) t.is(options.clusters, clustering.chosen.value);
		t.is(options.discriminatorRotationWeight, betas[name]);
		if (name in betas) t.is(options.generatorRotationWeight, selfSupervision.alphaG.value);
		if (name.endsWith('-co')) {
			t.is(options.prediction, 'soft');
			t.is(labels.hardOrSoft.value['S3GAN-CO'], 'soft');
		}
	}
});

test('at 256×256 there is what the paper shows samples of', async t => {
	t.deepEqual([...(await cellsOfSuite('paper-256')).keys()], ['s3gan 0.1']);
	t.is(findSuite('paper-256').profile, 'imagenet-256');
	for (const suite of paperSuites) t.is(suite.data, null, suite.name);
});
