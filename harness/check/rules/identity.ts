import { digestOf } from '../../canonical-json.ts';
import type { RunIdentity } from '../../run/identity.ts';
import { runIdOf } from '../../run/identity.ts';
import type { FinishedRun } from '../read-grid.ts';
import { isManifest, type Manifest } from '../read-manifest.ts';
import { placeOfRun, type Rule } from '../rule.ts';

export const identity: Rule = {
	name: 'identity',
	summary: 'the id of a run is the digest of what its manifest says it did, and result and manifest agree',
	needs: 'manifest',
	check: ({ finished }) =>
		finished.flatMap(run => differences(run).map(words => ({ ...placeOfRun(run.run), ...words }))),
};

function differences({ run, result, manifest }: FinishedRun): Array<{ expected: string; actual: string }> {
	if (!isManifest(manifest)) return [];
	const stated = manifest.identity;
	const id = runIdOf(stated as unknown as RunIdentity);
	const pairs: Array<[name: string, manifest: unknown, result: unknown]> = [
		['run id', id, result.runId],
		['method', stated.method, result.method],
		['seed', stated.seed, result.seed],
		['label fraction', stated.labelFraction, result.labelFraction],
		['data', stated.dataSet, result.dataSet.digest],
		['protocol', stated.protocol, result.protocol.fingerprint],
		['steps', stated.settings.steps, result.steps],
		['steps of the grid', run.steps, result.steps],
		['data of the manifest', manifest.dataSet.digest, stated.dataSet],
		['back end of the manifest', manifest.software.backend, stated.backend],
		...(manifest.profile === undefined
			? []
			: [['profile', manifest.profile, result.profile] satisfies [string, unknown, unknown]]),
		...(manifest.preparedLabels === undefined
			? []
			: [
					['labels made for the run', digestOfLabels(manifest), stated.preparedLabels] satisfies [
						string,
						unknown,
						unknown,
					],
				]),
	];
	return pairs
		.filter(([, ofManifest, ofResult]) => ofManifest !== ofResult)
		.map(([name, ofManifest, ofResult]) => ({
			expected: `${name} ${String(ofManifest)}`,
			actual: String(ofResult),
		}));
}

/** As `prepareLabels` in harness/run identifies what it made. */
function digestOfLabels({ preparedLabels }: Manifest): string | null {
	if (!preparedLabels) return null;
	const { kind, clustersDigest, labelsDigest, extractorFingerprint } = preparedLabels;
	return digestOf(kind === 'clusters' ? [kind, clustersDigest] : [kind, labelsDigest, extractorFingerprint]);
}
