import { groupBy, placeOfRun, type Rule } from '../rule.ts';

export const protocol: Rule = {
	name: 'protocol',
	summary: 'runs of one profile and data set have one measuring protocol and the same bytes of data',
	check: ({ finished }) =>
		[
			...groupBy(finished, ({ run }) => JSON.stringify([run.profile, run.dataSet, run.steps])).values(),
		].flatMap(runs => {
			const kinds = [
				...groupBy(runs, ({ result }) =>
					JSON.stringify([result.protocol.fingerprint, result.dataSet.digest]),
				).values(),
			].sort((first, second) => second.length - first.length);
			const [most, ...others] = kinds;
			const name = ({ result }: (typeof runs)[number]) =>
				`protocol ${result.protocol.name} ${result.protocol.fingerprint.slice(0, 12)}, data ${result.dataSet.digest.slice(0, 12)}`;
			return others.flat().map(run => ({
				...placeOfRun(run.run),
				expected: `${name(most![0]!)}, as ${most!.length} other runs`,
				actual: name(run),
			}));
		}),
};
