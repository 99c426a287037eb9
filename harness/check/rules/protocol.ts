import type { FinishedRun, GridContents } from '../read-grid.ts';
import { isManifest } from '../read-manifest.ts';
import { groupBy, placeOfRun, type Rule, type Violation, type Words } from '../rule.ts';

export const protocol: Rule = {
	name: 'protocol',
	summary:
		'runs of one profile and data set have one measuring protocol, that of their settings, and the same bytes of data',
	needs: 'manifest',
	check: ({ finished }) => [
		...compareRuns(finished),
		...finished.flatMap(run => checkDetails(run).map(words => ({ ...placeOfRun(run.run), ...words }))),
	],
};

function compareRuns(finished: GridContents['finished']): Violation[] {
	const groups = groupBy(finished, ({ run }) => JSON.stringify([run.profile, run.dataSet, run.steps]));
	return [...groups.values()].flatMap(runs => {
		const kinds = [
			...groupBy(runs, ({ result }) =>
				JSON.stringify([result.protocol.fingerprint, result.dataSet.digest]),
			).values(),
		].sort((first, second) => second.length - first.length);
		const [most, ...others] = kinds;
		const name = ({ result }: FinishedRun) =>
			`protocol ${result.protocol.name} ${result.protocol.fingerprint.slice(0, 12)}, data ${result.dataSet.digest.slice(0, 12)}`;
		return others.flat().map(run => ({
			...placeOfRun(run.run),
			expected: `${name(most![0]!)}, as ${most!.length} other runs`,
			actual: name(run),
		}));
	});
}

/** What the protocol says of its counts and data is what the settings of the run ask for, where it says it. */
function checkDetails({ manifest, result }: FinishedRun): Words[] {
	if (!isManifest(manifest)) return [];
	const { details } = result.protocol;
	const { fakeSets, fakesPerSet, standingBatches, evaluationBatchSize } = manifest.identity.settings;
	const asked: Readonly<Record<string, unknown>> = {
		fakeSets,
		fakesPerSet,
		standingImages: Number(standingBatches) * Number(evaluationBatchSize),
		dataSetDigest: result.dataSet.digest,
	};
	return Object.entries(asked)
		.filter(([name, value]) => details[name] !== undefined && details[name] !== value)
		.map(([name, value]) => ({
			expected: `a protocol with ${name} ${String(value)}`,
			actual: String(details[name]),
		}));
}
