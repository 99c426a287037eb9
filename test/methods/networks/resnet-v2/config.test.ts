import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { type ResNetV2Config, resNetV2Config } from '../../../../methods/networks/resnet-v2/config.ts';
import { bottleneckUnits, featureSize, rootChannels } from '../../../../methods/networks/resnet-v2/units.ts';

test('the default is the paper’s network: widening 16, 8192 features', t => {
	const config = resNetV2Config();
	t.is(rootChannels(config), 256);
	t.is(featureSize(config), 8192);
	t.deepEqual(
		bottleneckUnits(config)
			.filter(unit => unit.projection)
			.map(unit => [unit.scope, unit.inputChannels, unit.outputChannels, unit.stride]),
		[
			['resnet/block1/unit1', 256, 1024, 1],
			['resnet/block2/unit1', 1024, 2048, 2],
			['resnet/block3/unit1', 2048, 4096, 2],
			['resnet/block4/unit1', 4096, 8192, 2],
		],
	);
	t.is(bottleneckUnits(config).length, 16);
});

test('undefined keeps the default', t => {
	t.deepEqual(resNetV2Config({ widening: undefined }), resNetV2Config());
});

const bad: ReadonlyArray<readonly [Partial<Record<keyof ResNetV2Config, unknown>>, RegExp]> = [
	[{ widening: 0 }, /^ResNet widening: expected a positive multiple of 1\/16, got 0$/u],
	[{ widening: 0.3 }, /^ResNet widening: .*, got 0.3$/u],
	[{ unitsPerStage: [] }, /^ResNet unitsPerStage: expected one positive integer a stage, .*, got \[\]$/u],
	[{ unitsPerStage: [1, 0] }, /got \[1, 0\]$/u],
	[{ root: 'large' }, /^ResNet root: expected one of imagenet, small, small-strided, got large$/u],
	[{ classes: 1 }, /^ResNet classes: expected an integer from 2, or null for no class head, got 1$/u],
	[{ batchNormEpsilon: 0 }, /^ResNet batchNormEpsilon: expected a number in \(0, 1\), got 0$/u],
	[{ batchNormMomentum: 1 }, /^ResNet batchNormMomentum: expected a number in \[0, 1\), got 1$/u],
];

for (const [overrides, message] of bad) {
	test(`${JSON.stringify(overrides)} is refused by name`, t => {
		t.throws(() => resNetV2Config(overrides as Partial<ResNetV2Config>), { instanceOf: UsageError, message });
	});
}
