import type { ResNetV2Config } from './config.ts';

/** One pre-activation bottleneck unit. */
export interface BottleneckUnit {
	/** `resnet/block1/unit1`, …; blocks are stages. */
	readonly scope: string;
	readonly inputChannels: number;
	/** Channels of the 3×3 convolution, a quarter of the output's. */
	readonly middleChannels: number;
	readonly outputChannels: number;
	/** 2 in the first unit of every stage but the first; the 3×3 convolution and the shortcut have it. */
	readonly stride: 1 | 2;
	/** Whether the shortcut is a 1×1 convolution: where stride or width change. */
	readonly projection: boolean;
}

/** Channels after the root. */
export const rootChannels = ({ widening }: ResNetV2Config): number => 16 * widening;

/** Length of a representation F(x); 8192 with the paper's values. */
export function featureSize({ widening, unitsPerStage }: ResNetV2Config): number {
	return 64 * widening * 2 ** (unitsPerStage.length - 1);
}

/** The units in order of use. */
export function bottleneckUnits(config: ResNetV2Config): readonly BottleneckUnit[] {
	let inputChannels = rootChannels(config);
	return config.unitsPerStage.flatMap((count, stage) => {
		const outputChannels = 64 * config.widening * 2 ** stage;
		return Array.from({ length: count }, (_, index): BottleneckUnit => {
			const stride = stage > 0 && index === 0 ? 2 : 1;
			const unit: BottleneckUnit = {
				scope: `resnet/block${stage + 1}/unit${index + 1}`,
				inputChannels,
				middleChannels: outputChannels / 4,
				outputChannels,
				stride,
				projection: stride > 1 || inputChannels !== outputChannels,
			};
			inputChannels = outputChannels;
			return unit;
		});
	});
}
