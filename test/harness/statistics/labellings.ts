/** Pairs of labellings with their scores from ci/golden/clustering-quality.py (scikit-learn). */
export const labellings: ReadonlyArray<{
	readonly name: string;
	readonly clusters: readonly number[];
	readonly classes: readonly number[];
	readonly purity: number;
	readonly normalisedMutualInformation: number;
	readonly adjustedRandIndex: number;
}> = [
	{
		name: 'loosely related labels',
		clusters: Array.from({ length: 200 }, (_, i) => (i * i + 3 * i) % 7),
		classes: Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? i % 5 : (i * i) % 7)),
		purity: 0.455,
		normalisedMutualInformation: 0.20274080562560737,
		adjustedRandIndex: 0.15873505437338742,
	},
	{
		name: 'the same labels under other names',
		clusters: [3, 3, 0, 0, 9, 9],
		classes: [0, 0, 1, 1, 2, 2],
		purity: 1,
		normalisedMutualInformation: 1,
		adjustedRandIndex: 1,
	},
	{
		name: 'each class split in two',
		clusters: [0, 0, 1, 1, 2, 2, 3, 3],
		classes: [0, 0, 0, 0, 1, 1, 1, 1],
		purity: 1,
		normalisedMutualInformation: 0.666666666666667,
		adjustedRandIndex: 0.36363636363636365,
	},
	{
		name: 'independent labels',
		clusters: [0, 1, 0, 1],
		classes: [0, 0, 1, 1],
		purity: 0.5,
		normalisedMutualInformation: 0,
		adjustedRandIndex: -0.5,
	},
	{
		name: 'one cluster',
		clusters: [0, 0, 0, 0],
		classes: [0, 1, 2, 3],
		purity: 0.25,
		normalisedMutualInformation: 0,
		adjustedRandIndex: 0,
	},
	{
		name: 'a cluster for each item',
		clusters: [0, 1, 2, 3],
		classes: [0, 0, 1, 1],
		purity: 1,
		normalisedMutualInformation: 0.6666666666666666,
		adjustedRandIndex: 0,
	},
	{
		name: 'one cluster and one class',
		clusters: [5, 5, 5],
		classes: [1, 1, 1],
		purity: 1,
		normalisedMutualInformation: 1,
		adjustedRandIndex: 1,
	},
	{
		name: 'a single item',
		clusters: [2],
		classes: [0],
		purity: 1,
		normalisedMutualInformation: 1,
		adjustedRandIndex: 1,
	},
];
