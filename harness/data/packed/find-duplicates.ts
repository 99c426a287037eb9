/** Pictures that are byte for byte the same as an earlier one. */
export interface Duplicates {
	/** In the same split, with the same label. */
	readonly sameLabel: number;
	/** In the same split, with another label. */
	readonly otherLabel: number;
	/** Held-out pictures that are among the training pictures. */
	readonly acrossSplits: number;
	/** The first ones: a picture, and the first one of its content. */
	readonly examples: ReadonlyArray<{ readonly image: number; readonly of: number }>;
}

export interface Contents {
	/** A digest of each picture, of all splits one after the other. */
	readonly contents: Float64Array;
	readonly labels: Int32Array;
	/** Where the held-out pictures begin. */
	readonly testFirst: number;
	/** Examples that are wanted at most. */
	readonly mostExamples: number;
}

/** Contents that more than one picture has: a sorted copy has them side by side. */
function contentsOfSeveral(contents: Float64Array): Set<number> {
	const sorted = contents.slice().sort();
	const several = new Set<number>();
	for (let place = 1; place < sorted.length; place++) {
		if (sorted[place] === sorted[place - 1]) several.add(sorted[place]);
	}
	return several;
}

/** Counts duplicates; sixteen bytes a picture, and a table of those alone that are not the only one of their content. */
export function findDuplicates({ contents, labels, testFirst, mostExamples }: Contents): Duplicates {
	const several = contentsOfSeveral(contents);
	const firsts = new Map<number, number>();
	const examples: Array<{ image: number; of: number }> = [];
	let [sameLabel, otherLabel, acrossSplits] = [0, 0, 0];
	for (const [image, content] of contents.entries()) {
		if (!several.has(content)) continue;
		const first = firsts.get(content);
		if (first === undefined) {
			firsts.set(content, image);
			continue;
		}
		if (first < testFirst && image >= testFirst) acrossSplits += 1;
		else if (labels[first] === labels[image]) sameLabel += 1;
		else otherLabel += 1;
		if (examples.length < mostExamples) examples.push({ image, of: first });
	}
	return { sameLabel, otherLabel, acrossSplits, examples };
}
