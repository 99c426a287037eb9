import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '../errors.ts';
import { findCompiler } from '../tensor/provision/compile-addons.ts';
import { findPip } from '../tensor/provision/pip.ts';
import { runProgram } from '../tensor/provision/run-program.ts';
import type { Check } from './check.ts';

/** What only `setup` needs is no more than a warning once the runtime is ready. */
async function checkSetupTool(
	id: string,
	title: string,
	missing: Check['status'],
	find: () => Promise<{ readonly command: readonly string[]; readonly version: string }>,
): Promise<Check> {
	try {
		const { command, version } = await find();
		return { id, title, status: 'ok', detail: version, data: { command, version } };
	} catch (error) {
		if (!(error instanceof EnvironmentError)) throw error;
		return { id, title, status: missing, detail: error.message, advice: error.fix };
	}
}

/** The C++ compiler that builds the addon. */
export function checkCompiler(environment: NodeJS.ProcessEnv, runtimeReady: boolean): Promise<Check> {
	const missing = runtimeReady ? 'warning' : 'problem';
	return checkSetupTool('compiler', 'C++ compiler', missing, () => findCompiler(environment));
}

/** pip, which fetches the library; a library can also be given by hand. */
export function checkPip(environment: NodeJS.ProcessEnv): Promise<Check> {
	return checkSetupTool('pip', 'Python, pip', 'warning', () => findPip(environment));
}

/** Slurm, if this is a cluster. */
export async function checkScheduler(environment: NodeJS.ProcessEnv): Promise<Check> {
	const base = { id: 'scheduler', title: 'Scheduler', status: 'ok' } as const;
	const { exitCode, stdout } = await runProgram('sbatch', ['--version'], { environment, timeoutMs: 30_000 });
	if (exitCode !== 0) {
		return {
			...base,
			detail: 'none (no sbatch): runs go to processes of this machine',
			data: { slurm: null },
		};
	}
	return {
		...base,
		detail: `${stdout.trim()}: \`--launcher slurm\` can be used`,
		data: { slurm: stdout.trim() },
	};
}

/** The commit that runs made now will name. */
export async function checkSource(environment: NodeJS.ProcessEnv): Promise<Check> {
	const base = { id: 'source', title: 'Source' };
	const folder = fileURLToPath(new URL('../..', import.meta.url));
	const options = { environment, folder, timeoutMs: 30_000 };
	const head = await runProgram('git', ['rev-parse', 'HEAD'], options);
	if (head.exitCode !== 0) {
		const detail = 'no git repository: runs name no commit';
		return { ...base, status: 'ok', detail, data: { commit: null } };
	}
	const commit = head.stdout.trim();
	const status = await runProgram('git', ['status', '--porcelain', '--untracked-files=no'], options);
	const modified = status.stdout.split('\n').filter(line => line.trim() !== '').length;
	return {
		...base,
		status: modified > 0 ? 'warning' : 'ok',
		detail: `commit ${commit.slice(0, 12)}${modified > 0 ? `, ${modified} file${modified === 1 ? '' : 's'} modified` : ''}`,
		advice: 'commit before runs that you want to publish: others can only repeat what has a commit',
		data: { commit, modifiedFiles: modified },
	};
}
