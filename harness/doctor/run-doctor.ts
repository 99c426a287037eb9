import { cacheFolder } from '../tensor/runtime-location.ts';
import { type Diagnosis, diagnose } from './check.ts';
import { checkNode } from './node-check.ts';
import { checkGpu, checkRuntime } from './runtime-checks.ts';
import { checkDisk, checkMemory, checkPlatform, checkProcessor } from './system-checks.ts';
import { checkCompiler, checkPip, checkScheduler, checkSource } from './tool-checks.ts';

/**
 * Looks at everything that training on this machine depends on, changing nothing. Takes about two seconds, most of
 * it for a small convolution in the native runtime.
 */
export async function runDoctor(environment: NodeJS.ProcessEnv = process.env): Promise<Diagnosis> {
	const runtime = await checkRuntime(environment);
	const tools = await Promise.all([
		checkGpu(environment),
		checkCompiler(environment, runtime.status !== 'problem'),
		checkPip(environment),
		checkScheduler(environment),
		checkSource(environment),
	]);
	return diagnose([
		checkNode(),
		checkPlatform(),
		runtime,
		checkProcessor(),
		checkMemory(),
		checkDisk(cacheFolder(environment), process.cwd()),
		...tools,
	]);
}
