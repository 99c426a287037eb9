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
		return kinds.slice(1).flatMap(others =>
			others.map(({ run, kind }) => ({
				...placeOfRun(run),
				expected: `${kinds[0]![0]!.kind}, as ${kinds[0]!.length} other runs`,
				actual: kind,
			})),
		);
	},
};

const digest = ({ packageLockDigest }: { packageLockDigest?: string | null }): string =>
	packageLockDigest?.slice(0, 12) ?? 'unknown';
