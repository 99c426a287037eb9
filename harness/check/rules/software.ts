import { isManifest } from '../read-manifest.ts';
import { groupBy, placeOfRun, type Rule } from '../rule.ts';

export const software: Rule = {
	name: 'software',
	summary: 'all runs have one numeric back end and one set of dependencies',
	needs: 'manifest',
	check({ finished }) {
		const known = finished.flatMap(({ run, manifest }) =>
			isManifest(manifest)
				? [{ run, kind: `${manifest.software.backend}, lock file ${digest(manifest.source)}` }]
				: [],
		);
		const kinds = [...groupBy(known, ({ kind }) => kind).values()].sort(
			(first, second) => second.length - first.length,
		);
		const others = kinds.slice(1).flatMap(runs =>
			runs.map(({ run, kind }) => ({
				...placeOfRun(run),
				expected: `${kinds[0]![0]!.kind}, as ${kinds[0]!.length} other runs`,
				actual: kind,
			})),
		);
		// Where no run knows its lock file, all are alike in that and may differ in everything.
		const unknown = finished.filter(
			({ manifest }) => isManifest(manifest) && manifest.source.packageLockDigest == null,
		);
		return [
			...others,
			...unknown.map(({ run }) => ({
				...placeOfRun(run),
				expected: 'the digest of package-lock.json',
				actual: 'not recorded',
				notChecked: true,
			})),
		];
	},
};

const digest = ({ packageLockDigest }: { packageLockDigest?: string | null }): string =>
	packageLockDigest?.slice(0, 12) ?? 'unknown';
