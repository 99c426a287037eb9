import { isManifest } from '../read-manifest.ts';
import { groupBy, placeOfRun, type Rule } from '../rule.ts';

export const cleanTree: Rule = {
	name: 'clean-tree',
	summary: 'every run was made by one commit without changes beside it',
	needs: 'manifest',
	check({ finished }) {
		const known = finished.flatMap(({ run, manifest }) =>
			isManifest(manifest) ? [{ run, git: manifest.source.git }] : [],
		);
		const commits = [
			...groupBy(
				known.filter(({ git }) => git !== null),
				({ git }) => git!.commit,
			),
		].sort(([, first], [, second]) => second.length - first.length);
		const common = commits[0]?.[0];
		return known.flatMap(({ run, git }) => {
			const expected = `commit ${common?.slice(0, 12) ?? 'known'}, no changes`;
			if (git === null) {
				return [
					{ ...placeOfRun(run), expected, actual: 'an installed package without history', notChecked: true },
				];
			}

			return git.dirty || git.commit !== common
				? [
						{
							...placeOfRun(run),
							expected,
							actual: `commit ${git.commit.slice(0, 12)}${git.dirty ? ' with changes' : ''}`,
						},
					]
				: [];
		});
	},
};
