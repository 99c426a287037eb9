import { UsageError } from '../../errors.ts';
import { nearestNames } from '../../nearest-names.ts';
import { type Preset, type PresetName, presetNames } from './preset.ts';
import { cleanFid } from './presets/clean-fid.ts';
import { pytorchFid } from './presets/pytorch-fid.ts';
import { studiogan } from './presets/studiogan.ts';
import { tfganS3gan } from './presets/tfgan-s3gan.ts';
import { torchFidelity } from './presets/torch-fidelity.ts';
import { tturPreset } from './presets/ttur.ts';

/** All presets, the default first. */
export const presets: Readonly<Record<PresetName, Preset>> = {
	'tfgan-s3gan': tfganS3gan,
	ttur: tturPreset,
	'pytorch-fid': pytorchFid,
	'torch-fidelity': torchFidelity,
	'clean-fid': cleanFid,
	studiogan,
};

export const defaultPreset: PresetName = 'tfgan-s3gan';

/** @throws UsageError for an unknown name, with the nearest known one */
export function findPreset(name: string): Preset {
	const known = presetNames.find(candidate => candidate === name);
	if (known) return presets[known];
	const [nearest] = nearestNames(name, presetNames);
	throw new UsageError(
		`protocol: expected one of ${presetNames.join(', ')}, got '${name}'`,
		nearest ? `did you mean '${nearest}'?` : `the default is ${defaultPreset}`,
	);
}
