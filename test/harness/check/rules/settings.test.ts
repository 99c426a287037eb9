import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { checkGrid } from '../../../../harness/check/check-grid.ts';
import { readGrid } from '../../../../harness/check/read-grid.ts';
import { settings } from '../../../../harness/check/rules/settings.ts';
import { methodSourceDigest } from '../../../../harness/run/source-digest.ts';
import { findProfile } from '../../../../harness/suite/profiles.ts';
import { findPretrainingPreset } from '../../../../methods/pretraining/options.ts';
import { loadMethod } from '../../../../methods/registry.ts';
import { makeGrid } from '../../../reports/make-grid.ts';

interface Change {
	readonly method: string;
	readonly profile?: string;
	readonly options?: Record<string, unknown>;
	readonly settings?: Record<string, unknown>;
	readonly manifest?: Record<string, unknown>;
}

/** A grid of one run with the options of its method and the settings of its profile, but for these changes. */
async function gridOf({ method, profile = 'imagenet-128', ...change }: Change): Promise<string> {
	const { defaultSteps: steps, settings: settingsFor } = findProfile(profile);
	const defaults = (await loadMethod(method)).method.options.parse({});
	const identity = {
		...{ method, labelFraction: 0.1, seed: 1, dataSet: 'd', protocol: 'p', backend: 'b' },
		options: { ...defaults, ...change.options },
		settings: { ...settingsFor(steps), ...change.settings },
	};
	return makeGrid({
		...{ profile, steps },
		runs: [
			{
				...{ method, labelFraction: 0.1, seed: 1, fid: 8, manifest: true },
				changeManifest: { identity, ...change.manifest },
			},
		],
	}).folder;
}

async function found(change: Change): Promise<string[]> {
	const folder = await gridOf(change);
	const violations = await settings.check(readGrid(folder));
	rmSync(folder, { recursive: true });
	return violations.map(
		({ expected, actual, notChecked }) => `${notChecked ? 'not checked: ' : ''}${expected}; ${actual}`,
	);
}

test('methods with their defaults keep the rule at every size', async t => {
	for (const profile of ['smoke', 'proxy-32', 'imagenet-128']) {
		for (const method of ['big-gan', 'clustering-ss', 's2gan-co', 's3gan', 's3gan-co']) {
			t.deepEqual(await found({ method, profile }), [], `${profile}, ${method}`);
		}
	}
});

test('every option of S3GAN-CO that is not on the card is a violation', async t => {
	const options = { classWeight: 50, prediction: 'hard', realLoss: 'summed', rotatedBatchFraction: 1 };
	t.deepEqual(await found({ method: 's3gan-co', options }), [
		'option classWeight 0.2 (the default of s3gan-co); 50',
		'option prediction soft (the paper); hard',
		'option realLoss mixed (the default of s3gan-co); summed',
		'option rotatedBatchFraction 2 (the default of s3gan-co); 1',
	]);
});

test('so are seven clusters, at the paper’s size and at a small one', async t => {
	const clusters = (profile: string) => found({ method: 'clustering', profile, options: { clusters: 7 } });
	t.deepEqual(await clusters('imagenet-128'), ['option clusters 50 (the paper); 7']);
	t.deepEqual(await clusters('smoke'), ['option clusters 50 (the default of clustering); 7']);
});

test('a setting that is not the profile’s is a violation at a small size as well', async t => {
	t.deepEqual(await found({ method: 'big-gan', profile: 'smoke', settings: { channels: 16 } }), [
		'setting channels 8 (profile smoke); 16',
	]);
});

test('a profile at another resolution has a card as well', async t => {
	const at = (resolution: number) =>
		found({ method: 'big-gan', profile: 'smoke@64', settings: { resolution } });
	t.deepEqual(await at(64), []);
	t.deepEqual(await at(32), ['setting resolution 64 (profile smoke@64); 32']);
});

test('at 256×256 it is said plainly what cannot be held against the paper', async t => {
	const unknown =
		'not checked: learning rates, steps, batch size and channels of the paper at 256×256; not published: held against the profile alone';
	t.deepEqual(await found({ method: 'big-gan', profile: 'imagenet-256' }), [unknown]);
	t.deepEqual(await found({ method: 'big-gan', profile: 'imagenet-256', settings: { batchSize: 256 } }), [
		'setting batchSize 2048 (profile imagenet-256); 256',
		unknown,
	]);
});

test('the pre-training that made the labels is held against its card', async t => {
	const pretrained = (change: Record<string, unknown> | undefined) =>
		found({
			method: 's3gan',
			profile: 'smoke',
			manifest: {
				preparedLabels: {
					kind: 'inferred-labels',
					...(change && {
						pretraining: { ...findPretrainingPreset('smoke'), labelFraction: 0.1, ...change },
					}),
				},
			},
		});
	t.deepEqual(await pretrained({}), []);
	t.deepEqual(await pretrained({ epochs: 40 }), [
		'pre-training option epochs 4 (pre-training of profile smoke); 40',
	]);
	t.deepEqual(await pretrained({ labelFraction: 0.2 }), [
		'pre-training option labelFraction 0.1 (the labels of the run); 0.2',
	]);
	t.deepEqual(await pretrained(undefined), ['not checked: options of the pre-training; not recorded']);
});

test('a user’s module is held against its own defaults, unless they may have changed since', async t => {
	const place = mkdtempSync(path.join(tmpdir(), 'module-'));
	t.teardown(() => rmSync(place, { recursive: true }));
	const file = path.join(place, 'method.ts');
	const base = JSON.stringify(path.resolve('methods/clustering/method.ts'));
	writeFileSync(
		file,
		`import { method as base } from ${base};\nexport const method = { ...base, name: 'mine' };\n`,
	);
	const clusters = async (count: number, methodSource: string) => {
		const { folder } = makeGrid({
			runs: [
				{
					...{ method: 'mine', labelFraction: null, seed: 1, fid: 8, manifest: true },
					changeManifest: {
						methodModule: file,
						identity: {
							...{ method: 'mine', seed: 1, labelFraction: null },
							...{ methodSource, options: { clusters: count }, dataSet: 'd', protocol: 'p', backend: 'b' },
							settings: findProfile('imagenet-128').settings(250_000),
						},
					},
				},
			],
		});
		const violations = await settings.check(readGrid(folder));
		rmSync(folder, { recursive: true });
		return violations.map(({ actual, notChecked }) => `${notChecked ? 'not checked: ' : ''}${actual}`);
	};
	const source = methodSourceDigest(file);
	t.deepEqual(await clusters(50, source), []);
	t.deepEqual(await clusters(7, source), ['7']);
	t.deepEqual(await clusters(7, 'another'), ['not checked: its module has changed since the run']);
});

test('a waiver excuses a departure, and an option that was not recorded is told', async t => {
	const folder = await gridOf({ method: 'clustering', options: { clusters: 7 } });
	const waiver = {
		...{ rule: 'settings', where: { method: 'clustering' } },
		...{ reason: 'a study of few clusters', name: 'A. Author', date: '2026-01-31' },
	};
	const ofRule = async () =>
		(await checkGrid(readGrid(folder))).findings
			.filter(({ rule }) => rule === 'settings')
			.map(({ verdict }) => verdict);
	t.deepEqual(await ofRule(), ['failed']);
	writeFileSync(path.join(folder, 'waivers.json'), JSON.stringify({ schemaVersion: 1, waivers: [waiver] }));
	t.deepEqual(await ofRule(), ['waived']);
	rmSync(folder, { recursive: true });
	t.deepEqual(await found({ method: 'clustering', options: { clusters: undefined } }), [
		'not checked: option clusters 50 (the paper); not recorded',
	]);
});
