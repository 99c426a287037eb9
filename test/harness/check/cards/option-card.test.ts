import test from 'ava';
import { z } from 'zod';
import { departures } from '../../../../harness/check/cards/card.ts';
import { optionCard } from '../../../../harness/check/cards/option-card.ts';
import { loadBuiltInMethods, loadMethod } from '../../../../methods/registry.ts';

test('every option of every method is on its card, and its default holds at every size', async t => {
	const methods = await loadBuiltInMethods();
	t.true(methods.length >= 11);
	for (const loaded of methods) {
		const defaults = loaded.method.options.parse({});
		for (const ofPaper of [false, true]) {
			const card = optionCard(loaded, ofPaper)!;
			t.deepEqual(Object.keys(card).sort(), Object.keys(defaults).sort(), loaded.method.name);
			t.deepEqual(departures(defaults, card, 'option'), [], loaded.method.name);
		}
	}
});

// As printed: K in §4, α and β in §4 (β for S3GAN and S3GAN-CO alone), soft predictions in §5.4.
const printed: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
	clustering: { clusters: 50 },
	'clustering-ss': { clusters: 50, discriminatorRotationWeight: 1, generatorRotationWeight: 0.2 },
	'single-label-ss': { discriminatorRotationWeight: 1, generatorRotationWeight: 0.2 },
	's2gan-co': { prediction: 'soft' },
	s3gan: { discriminatorRotationWeight: 0.5, generatorRotationWeight: 0.2 },
	's3gan-co': { prediction: 'soft', discriminatorRotationWeight: 1, generatorRotationWeight: 0.2 },
};

test('at the paper’s size its values stand where it prints them, the defaults elsewhere', async t => {
	for (const loaded of await loadBuiltInMethods()) {
		const { name, options } = loaded.method;
		for (const [option, { allowed, from }] of Object.entries(optionCard(loaded, true)!)) {
			const value = printed[name]?.[option];
			t.is(from.startsWith('the default of'), value === undefined, `${name}, ${option}`);
			t.deepEqual(allowed, [value ?? options.parse({})[option]], `${name}, ${option}`);
		}
	}
});

test('the paper’s values do not follow a default that is changed', async t => {
	const loaded = await loadMethod('clustering');
	const changed = { ...loaded.method, options: z.strictObject({ clusters: z.number().default(100) }) };
	const allowed = (ofPaper: boolean) =>
		optionCard({ ...loaded, method: changed }, ofPaper)!.clusters!.allowed;
	t.deepEqual(allowed(true), [50]);
	t.deepEqual(allowed(false), [100]);
});

test('the card of a user’s module is its defaults; there is none if an option has no default', async t => {
	const { method } = await loadMethod('clustering');
	const file = '/elsewhere/method.ts';
	const own = { ...method, options: z.strictObject({ clusters: z.number().default(7) }) };
	t.deepEqual(optionCard({ method: own, file }, true), {
		clusters: { allowed: [7], from: 'the default of clustering' },
	});
	t.is(
		optionCard({ method: { ...method, options: z.strictObject({ k: z.number() }) }, file }, true),
		undefined,
	);
});
