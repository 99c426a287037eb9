import { locateRuntime } from '../../tensor/runtime-location.ts';

// NVIDIA's libraries read this when they are loaded, so it must be set before the first tensor.
const variable = 'NVIDIA_TF32_OVERRIDE';

/**
 * Keeps NVIDIA GPUs from rounding the inputs of float32 products to 10 bits, TensorFlow's default on Ampere and
 * later: it moves every feature. Whoever sets the variable otherwise keeps their choice.
 */
export function avoidTf32(environment: NodeJS.ProcessEnv = process.env): void {
	environment[variable] ??= '0';
}

/** Whether features of this process may have been rounded so. */
export function usesTf32(environment: NodeJS.ProcessEnv = process.env): boolean {
	return locateRuntime(environment)?.flavour === 'cuda' && environment[variable] !== '0';
}

export const tf32Note = `TF32 rounding was allowed (${variable} is not 0): features differ in the fourth digit`;
