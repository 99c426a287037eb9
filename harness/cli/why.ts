import type { Command } from 'commander';
import type { IdentityDifference } from '../suite/plan/compare-identities.ts';
import type { RunExplanation } from '../suite/plan/explain-run.ts';

interface WhyOptions {
	readonly readData?: true;
	readonly json?: true;
}

/** Why a run is done, stale, failed or missing; or in what two runs differ. */
export function register(program: Command): void {
	program
		.command('why')
		.description('why a run is done, failed, interrupted, stale or missing; or in what two runs differ')
		.argument('<run>', 'run folder, or OUT/ID with the ID of a run')
		.argument('[other]', 'a second run to compare it with')
		.option('--read-data', 'read the data set again and compare its digest too (takes as long as loading it)')
		.option('--json', 'print JSON on stdout')
		.addHelpText(
			'after',
			`
Compares what the manifest of the run says it was made of (source of method, networks and training loop, options,
settings, labels, data, measuring protocol, numeric back end) with what the present ones would give.

Examples:
  $ fewer-labels why runs/a/runs/s3gan-labels-10-seed-1-0123456789ab
  $ fewer-labels why runs/a/0123456789ab runs/b/ba9876543210`,
		)
		.action(why);
}

async function why(run: string, other: string | undefined, { readData, json }: WhyOptions): Promise<void> {
	const { compareRuns, explainRun, findRunFolder } = await import('../suite/plan/explain-run.ts');
	const folder = findRunFolder(run);
	if (other !== undefined) {
		const second = findRunFolder(other);
		const differences = compareRuns(folder, second);
		process.stdout.write(
			json
				? `${JSON.stringify({ first: folder, second, differences }, undefined, '\t')}\n`
				: formatDifferences(differences),
		);
		return;
	}
	const explanation = await explainRun(folder, readData && readDataSet);
	process.stdout.write(
		json ? `${JSON.stringify(explanation, undefined, '\t')}\n` : formatExplanation(explanation),
	);
}

function formatDifferences(differences: readonly IdentityDifference[]): string {
	if (differences.length === 0)
		return 'The two runs have the same identity: equal numbers are expected of them.\n';
	const only =
		differences.length === 1 && differences[0]!.field === 'seed' ? ' (repetitions of one another)' : '';
	const lines = differences.map(({ words }) => `  ${words}`);
	return `The runs differ in ${differences.length} ${differences.length === 1 ? 'thing' : 'things'}${only}:\n${lines.join('\n')}\n`;
}

function formatExplanation({
	run,
	runId,
	state,
	reason,
	differences,
	unknown,
	next,
}: RunExplanation): string {
	const lines = [`${run}${runId === null ? '' : ` (${runId})`}`, `${state}: ${reason}`];
	if (differences.length > 0)
		lines.push('', 'recorded → present:', ...differences.map(({ words }) => `  ${words}`));
	if (unknown.length > 0) lines.push('', 'not compared:', ...unknown.map(words => `  ${words}`));
	if (next !== null) lines.push('', `next: ${next}`);
	return `${lines.join('\n')}\n`;
}

type ReadData = NonNullable<Parameters<typeof import('../suite/plan/explain-run.ts').explainRun>[1]>;

const readDataSet: ReadData = async ({ dataSet, identity, profile: name }) => {
	const { UsageError } = await import('../errors.ts');
	const { source } = dataSet;
	if (source === undefined || name === undefined) {
		throw new UsageError(
			'--read-data: the run does not say where its data came from',
			'leave --read-data out',
		);
	}
	const [{ loadDataSet }, { findProfile }] = await Promise.all([
		import('../data/load.ts'),
		import('../suite/profiles.ts'),
	]);
	const profile = findProfile(name);
	const loaded = await loadDataSet(source, {
		resolution: Number(identity.settings.resolution),
		seed: 1,
		trainCount: profile.trainCount ?? undefined,
		testCount: profile.testCount ?? undefined,
		report: text => process.stderr.write(`${text}\n`),
	});
	return { name: loaded.name, digest: loaded.digest, testCount: loaded.test.count };
};
