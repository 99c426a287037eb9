import test from 'ava';
import { departures } from '../../../../harness/check/cards/card.ts';
import { settingCard, unpublishedSettings } from '../../../../harness/check/cards/setting-card.ts';
import { withMicroBatch } from '../../../../harness/run/with-micro-batch.ts';
import { findProfile, profiles } from '../../../../harness/suite/profiles.ts';

type Settings = Readonly<Record<string, unknown>>;

const differing = (name: string, settings: Settings): string[] =>
	departures(settings, settingCard(findProfile(name), settings), 'setting').map(
		({ expected }) => expected.split(' ')[1]!,
	);
const settingsOf = (name: string, steps = findProfile(name).defaultSteps): Settings => ({
	...findProfile(name).settings(steps),
});

test('the settings of every profile are on its card', t => {
	for (const { name } of profiles) t.deepEqual(differing(name, settingsOf(name)), [], name);
});

test('any setting of any profile that is changed departs from the card', t => {
	for (const { name, defaultSteps } of profiles) {
		const settings = settingsOf(name);
		for (const [setting, value] of Object.entries(settings)) {
			// The steps of the small profiles are free: the moving average follows them.
			if (setting === 'steps' && defaultSteps < 250_000) continue;
			const changed = { ...settings, [setting]: Number(value) + 1 };
			t.true(differing(name, changed).includes(setting), `${name}, ${setting}`);
		}
	}
});

test('imagenet-128 has the sizes of the paper, whatever the profile says', t => {
	const card = settingCard(
		{ ...findProfile('imagenet-128'), settings: findProfile('smoke').settings },
		settingsOf('imagenet-128'),
	);
	const allowed = Object.fromEntries(Object.entries(card).map(([name, entry]) => [name, entry.allowed]));
	t.like(allowed, {
		resolution: [128],
		channels: [96],
		batchSize: [2048],
		steps: [250_000],
		discriminatorSteps: [2],
		beta1: [0],
		beta2: [0.999],
		emaDecay: [0.9999],
		emaStartStep: [40_000],
		fakeSets: [5],
		fakesPerSet: [50_000],
	});
});

test('both learning rates of imagenet-128 are the paper’s, or both those of the released configuration', t => {
	const rates = (generatorLearningRate: number, discriminatorLearningRate: number) =>
		differing('imagenet-128', {
			...settingsOf('imagenet-128'),
			generatorLearningRate,
			discriminatorLearningRate,
		});
	t.deepEqual(rates(1e-4, 5e-4), []);
	t.deepEqual(rates(5e-5, 2e-4), []);
	t.deepEqual(rates(5e-5, 5e-4), ['discriminatorLearningRate']);
	t.deepEqual(rates(2e-4, 5e-4), ['generatorLearningRate']);
});

test('a micro-batch is that of the profile, or the whole batch', t => {
	const passing = (images: number) =>
		differing('imagenet-128', { ...withMicroBatch(findProfile('imagenet-128'), images).settings(250_000) });
	t.deepEqual(passing(64), []);
	t.deepEqual(passing(2048), []);
	t.deepEqual(passing(8), ['microBatchSize']);
	t.deepEqual(differing('smoke', { ...settingsOf('smoke'), microBatchSize: 4 }), ['microBatchSize']);
});

test('of 256×256 it is said what the paper does not', t => {
	t.regex(unpublishedSettings('imagenet-256') ?? '', /learning rates, steps, batch size and channels/u);
	t.is(unpublishedSettings('imagenet-128'), undefined);
});
