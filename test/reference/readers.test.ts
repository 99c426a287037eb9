import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { z } from 'zod';
import { readArchitecture } from '../../reference/architecture.ts';
import { readBigGan } from '../../reference/biggan.ts';
import { readExtractorTensors } from '../../reference/feature-extractor.ts';
import { readFigures } from '../../reference/figures.ts';
import { readHyperparameters } from '../../reference/hyperparameters.ts';
import { readImprovedGanExperiments, readImprovedGanResults } from '../../reference/improved-gan.ts';
import { parseReference, readReference } from '../../reference/read-reference.ts';
import { readResults } from '../../reference/results.ts';
import { readSources, sourceKey } from '../../reference/sources.ts';
import { readSsGanHyperparameters, readSsGanResults } from '../../reference/ssgan.ts';
import { readTensors } from '../../reference/tensors.ts';

/** Every [key, value] at every depth. */
function* fields(value: unknown): Generator<[string, unknown]> {
	if (typeof value !== 'object' || value === null) return;
	for (const [key, item] of Object.entries(value)) {
		yield [key, item];
		yield* fields(item);
	}
}

const files = readdirSync('reference').filter(name => name.endsWith('.json'));

test('every confidence mark is in the legend, every cited source is explained', t => {
	const { confidenceLegend, sources } = readSources();
	let marks = 0;
	for (const file of files) {
		for (const [key, value] of fields(JSON.parse(readFileSync(`reference/${file}`, 'utf8')))) {
			if (key === 'confidence' || key === 'stdConfidence') {
				t.true(Object.hasOwn(confidenceLegend, value as string), `${file}: ${value}`);
				marks++;
			}
			if (key === 'sources' && Array.isArray(value)) {
				for (const source of value) {
					t.true(Object.hasOwn(sources, sourceKey(source)), `${file}: ${source}`);
				}
			}
		}
	}
	t.true(marks > 200);
});

test('every reader accepts its file', t => {
	t.is(readTensors().schemaVersion, 1);
	t.is(readResults().paper.arxiv, '1903.02271');
	t.is(readArchitecture().channelMultiplier.ch, 96);
	t.deepEqual(readHyperparameters().labels.fractionsPercent.value, [5, 10, 20]);
	t.is(readHyperparameters().gan.generatorSteps.value, 250_000);
	t.is(readFigures().figures.length, 15);
	t.is(readBigGan().table1.rows[6]?.fid.mean, 8.73);
	t.is(readSsGanResults().table1_bestFid.rows[1]?.['SS-GAN (sBN)'].fid, 43.87);
	t.is(readSsGanHyperparameters().alpha.value, 0.2);
	const ourModel = readImprovedGanResults().table2_cifar10.rows.find(row => row.model === 'Our model');
	t.is(ourModel?.['4000']?.mean, 18.63);
	t.is(readImprovedGanExperiments().confidence, 'code');
	t.deepEqual(
		readExtractorTensors().networks.map(({ widening, total }) => [widening, total]),
		[
			[4, 25_557_548],
			[16, 383_573_228],
		],
	);
});

test('channels of Tables 6 and 7 are the multipliers times 96 of Tables 10 and 11', t => {
	const { codeDetails, channelMultiplier } = readArchitecture();
	const { discriminator, generator } = readTensors();
	const outputs = (tensors: typeof generator.tensors, pattern: RegExp) =>
		tensors.filter(tensor => pattern.test(tensor.tfName)).map(tensor => tensor.shape.at(-1));
	const { generatorChannelMultipliers, discriminatorChannelMultipliers } = codeDetails.items;
	t.deepEqual(
		outputs(generator.tensors, /up_conv1\/kernel/u),
		generatorChannelMultipliers.slice(1).map(multiplier => multiplier * channelMultiplier.ch),
	);
	t.deepEqual(
		outputs(discriminator.tensors, /B\d\/same_conv1\/kernel/u),
		discriminatorChannelMultipliers.map(multiplier => multiplier * channelMultiplier.ch),
	);
});

test('a missing or damaged file is one error that says what to restore', t => {
	const missing = t.throws(() => readReference('no-such-file', z.unknown()));
	t.regex(missing.message, /^reference\/no-such-file\.json is not the reference data.*\nENOENT/u);
	const damaged = t.throws(() =>
		parseReference('reference/x.json', '{"a":1}', z.strictObject({ b: z.string() })),
	);
	t.regex(damaged.message, /Unrecognized key: "a"/u);
	t.regex((damaged as { fix?: string }).fix ?? '', /git checkout -- reference\/x\.json/u);
});
