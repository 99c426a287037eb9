import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { EnvironmentError } from '../../errors.ts';
import type { RuntimeFiles } from '../tensorflow.ts';
import { lastLines, runProgram } from './run-program.ts';

/**
 * A 2×2 filter (1 2; 3 4) slid over the 3×3 image 1 … 9, and the gradients for the upstream gradient
 * (1 -1; 2 ½), computed by hand. All values are small enough to be exact in any float format a device uses.
 */
export const expectedConvolution = {
	output: [37, 47, 67, 77],
	imageGradient: [1, 1, -2, 5, 5.5, -3, 6, 9.5, 2],
	filterGradient: [9.5, 12, 17, 19.5],
} as const;

export interface VerifiedRuntime {
	/** Version that the native library reports. */
	readonly version: string;
	/** True if tensors live on a GPU. */
	readonly gpu: boolean;
}

/** A GPU newer than the build translates its kernels at the first use, which takes minutes. */
const timeoutMs = 15 * 60_000;

const fix =
	'run `npx fewer-labels setup --force`; if it fails again, try another library with `--tensorflow PATH`, or `--flavour cpu`';

/**
 * Compares what the process of a verification printed with the numbers computed by hand.
 *
 * @param answer its line of JSON
 * @throws EnvironmentError if a number differs
 */
export function requireRightAnswer(answer: string, folder: string): VerifiedRuntime {
	const { version, gpu, ...numbers } = JSON.parse(answer);
	if (!isDeepStrictEqual(numbers, expectedConvolution)) {
		const expected = JSON.stringify(expectedConvolution);
		throw new EnvironmentError(
			`TensorFlow runtime in ${folder}: wrong convolution: expected ${expected}, got ${JSON.stringify(numbers)}`,
			fix,
		);
	}
	return { version, gpu };
}

/**
 * Loads a runtime in a process of its own, convolves a small image forwards and backwards, and compares with
 * numbers computed by hand.
 *
 * @throws EnvironmentError if the process ends badly or a number is wrong
 */
export async function verifyRuntime(
	files: RuntimeFiles,
	environment: NodeJS.ProcessEnv,
): Promise<VerifiedRuntime> {
	const hook = new URL('../../runtime/register-typescript.js', import.meta.url).href;
	const program = fileURLToPath(new URL('./verify-child.ts', import.meta.url));
	const { exitCode, output, stdout } = await runProgram(
		process.execPath,
		['--import', hook, program, JSON.stringify(files)],
		{ environment, timeoutMs },
	);
	if (exitCode !== 0) {
		const how = exitCode === undefined ? 'was ended by a signal' : `ended with status ${exitCode}`;
		throw new EnvironmentError(
			`TensorFlow runtime in ${files.folder}: the verification ${how}\n${lastLines(output, 6)}`,
			fix,
		);
	}
	return requireRightAnswer(stdout.trim().split('\n').at(-1) ?? '', files.folder);
}
