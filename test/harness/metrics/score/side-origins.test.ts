import test from 'ava';
import { canonicalJson } from '../../../../harness/canonical-json.ts';
import { presets } from '../../../../harness/metrics/protocols/presets.ts';
import { ProtocolMismatchError } from '../../../../harness/metrics/protocols/require-same.ts';
import { preprocessingOf } from '../../../../harness/metrics/protocols/score-protocol.ts';
import { checkOrigins } from '../../../../harness/metrics/score/side-origins.ts';
import type { StatisticsOrigin, StatisticsSource } from '../../../../harness/metrics/sources/source.ts';
import { noisePictures, squares } from './fake-extractor.ts';

const preset = presets.ttur;
const statistics = (name: string, origin?: Partial<StatisticsOrigin>): StatisticsSource => ({
	kind: 'statistics',
	name,
	split: 'as given',
	statistics: { count: 0, dimension: 1, mean: Float64Array.of(0), covariance: Float64Array.of(1) },
	origin: origin && {
		extractor: 'Inception 2015-12-05',
		extractorFingerprint: 'a'.repeat(64),
		preprocessing: canonicalJson(preprocessingOf(preset)),
		preset: preset.name,
		contentDigest: name,
		split: 'as given',
		...origin,
	},
	close: () => {},
	digest: async () => name,
});
const options = { preset, extractor: undefined, allowMixed: false };

test('sides of one protocol and network need no remark', t => {
	const sides = { real: statistics('a.npz', { tf32: false }), fake: statistics('b.npz', { tf32: false }) };
	t.deepEqual(checkOrigins(sides, options), {
		network: {
			name: 'Inception 2015-12-05',
			fingerprint: 'a'.repeat(64),
			proxy: false,
			tf32: false,
			namedBy: 'a.npz',
		},
		notes: [],
		details: {},
	});
});

test('statistics rounded to TF32 are not those that were not; files that do not say are taken', t => {
	const sides = { real: statistics('a.npz', { tf32: true }), fake: statistics('b.npz', { tf32: false }) };
	t.throws(() => checkOrigins(sides, options), {
		instanceOf: ProtocolMismatchError,
		message: 'b.npz was made under another protocol: TF32 rounding: not allowed against allowed of a.npz',
	});
	const { details, notes } = checkOrigins(sides, { ...options, allowMixed: true });
	t.deepEqual(details, { 'fake tf32': false, mixed: true });
	t.is(notes.length, 1);
	t.deepEqual(checkOrigins({ ...sides, fake: statistics('b.npz', {}) }, options).details, {});
});

test('the network is the one that some side names; what says nothing is of unknown origin', t => {
	const unknown = statistics('a.npz');
	const { network, details, notes } = checkOrigins(
		{ real: unknown, fake: statistics('b.npz', {}), training: unknown },
		options,
	);
	t.is(network.namedBy, 'b.npz');
	t.deepEqual(details, {
		'real features': 'unknown origin',
		'duplicates training features': 'unknown origin',
	});
	t.is(notes[0], 'a.npz does not say how it was made: taken as ttur, which nothing proves');
	const none = checkOrigins({ real: unknown, fake: noisePictures('images', squares(1)) }, options);
	t.deepEqual(none.network, {
		name: 'unknown: features as given',
		fingerprint: null,
		proxy: false,
		tf32: undefined,
	});
});
