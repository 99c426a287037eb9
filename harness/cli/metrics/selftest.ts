import type { Command } from 'commander';
import { exitCodes } from '../../errors.ts';
import type { PublishedOptions } from '../../metrics/selftest/published-checks.ts';

interface SelfTestCommandOptions {
	readonly quick?: true;
	readonly json?: true;
	readonly cifar10?: string;
}

/** Adds `metrics selftest`: known answers, computed with the functions that scores go through. */
export function register(metrics: Command): void {
	metrics
		.command('selftest')
		.description('compute scores whose values are known, with the functions that every score goes through')
		.option('--quick', 'smaller sets: seconds instead of a minute')
		.option('--cifar10 <folder>', 'also the published scores of CIFAR-10 (needs Inception; hours on a CPU)')
		.option('--json', 'print the result as JSON on stdout')
		.addHelpText(
			'after',
			`
Gaussians with a known Fréchet distance, predictions with a known Inception score, sets with known kernel distance,
precision, recall, density and coverage, ramps under every resize kernel, the divisors of Inception's average pools.
With --cifar10 and installed weights the published scores of CIFAR-10 are checked too; else it says that they were not
run, and why.
Exit code 4 if a check fails, 7 if --cifar10 is given and Inception is not installed.

Examples:
  $ fewer-labels metrics selftest
  $ fewer-labels metrics selftest --quick --json | jq '.checks[] | select(.ok | not)'
  $ fewer-labels metrics selftest --cifar10 data/cifar-10-batches-bin`,
		)
		.action(selfTest);
}

async function selfTest(options: SelfTestCommandOptions): Promise<void> {
	const { runSelfTest } = await import('../../metrics/selftest/run-selftest.ts');
	const { formatCheck, formatSummary } = await import('../../metrics/selftest/format-selftest.ts');
	const { createScoreProgress } = await import('../../metrics/score/score-progress.ts');
	const progress = createScoreProgress(process.stderr);
	const loaded =
		options.cifar10 === undefined ? undefined : await loadPublished(options.cifar10, progress.update);
	try {
		const result = await runSelfTest({
			quick: options.quick ?? false,
			published: loaded?.published,
			skipReason: await missingForPublished(),
			onResult: check => {
				if (options.json) return;
				progress.close();
				process.stdout.write(formatCheck(check));
			},
		});
		progress.close();
		process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : formatSummary(result));
		if (!result.ok) process.exitCode = exitCodes.compliance;
	} finally {
		loaded?.dispose();
	}
}

/** What the published scores lack, for people. */
async function missingForPublished(): Promise<string> {
	const { findInception } = await import('../../metrics/inception/installed.ts');
	return findInception()
		? 'no CIFAR-10 folder was given (--cifar10 FOLDER)'
		: "Inception's weights are not installed (fewer-labels metrics install FILE), and no CIFAR-10 folder was given";
}

async function loadPublished(folder: string, onProgress: PublishedOptions['onProgress']) {
	const { loadInception } = await import('../../metrics/inception/installed.ts');
	const { loadCifar10 } = await import('../../data/cifar10.ts');
	// The network first: without it the images are not worth reading.
	const inception = loadInception();
	const dataSet = await loadCifar10({ folder, seed: 1 });
	return { published: { inception, dataSet, onProgress }, dispose: () => inception.dispose() };
}
