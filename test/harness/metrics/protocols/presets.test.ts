import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { presetNames } from '../../../../harness/metrics/protocols/preset.ts';
import { defaultPreset, findPreset, presets } from '../../../../harness/metrics/protocols/presets.ts';
import { preprocessingOf } from '../../../../harness/metrics/protocols/score-protocol.ts';

test('every field of every preset names a public page as its source', t => {
	for (const name of presetNames) {
		t.is(presets[name].name, name);
		for (const [field, cited] of Object.entries(presets[name])) {
			if (cited === null || typeof cited !== 'object' || Array.isArray(cited)) continue;
			t.regex(
				(cited as { source: string }).source,
				/^https:\/\/(github\.com|arxiv\.org)\//u,
				`${name}.${field}`,
			);
		}
	}
});

test("the default is the paper's protocol", t => {
	t.is(defaultPreset, 'tfgan-s3gan');
	const { quantisation, resize, scaling, inceptionScore, traceRule } = presets[defaultPreset];
	t.is(quantisation.value, 'none');
	t.is(resize.value, 'bilinear-legacy');
	t.is(scaling.value, '(x - 128) / 128');
	t.deepEqual(inceptionScore?.value, { splits: 1, bias: true });
	t.is(traceRule.value, 'tfgan');
});

test('no two presets measure alike', t => {
	const rules = presetNames.map(name => {
		const { traceRule, inceptionScore, kernelDistance, manifold } = presets[name];
		const values = [traceRule, inceptionScore, kernelDistance, manifold].map(cited => cited?.value);
		return JSON.stringify([preprocessingOf(presets[name]), values]);
	});
	t.is(new Set(rules).size, presetNames.length);
});

test('an unknown protocol is refused with the nearest name', t => {
	const error = t.throws(() => findPreset('pytorch_fid2'), { instanceOf: UsageError });
	t.is(
		error.message,
		"protocol: expected one of tfgan-s3gan, ttur, pytorch-fid, torch-fidelity, clean-fid, studiogan, got 'pytorch_fid2'",
	);
	t.is(error.fix, "did you mean 'pytorch-fid'?");
	t.is(t.throws(() => findPreset('fréchet'), { instanceOf: UsageError }).fix, 'the default is tfgan-s3gan');
});
