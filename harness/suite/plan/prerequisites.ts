import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
	findPretrainingPreset,
	type PretrainingOptions,
	recipeVersion as pretrainingVersion,
} from '../../../methods/pretraining/options.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { featureNetworkPresets, recipeVersion } from '../../metrics/feature-network/presets.ts';
import { findInception, inceptionFile } from '../../metrics/inception/installed.ts';
import { listIfThere } from '../../read-if-there.ts';
import { type LabelPreparation, preparationOf } from '../../run/prepare-labels.ts';
import type { Profile } from '../../run/profile.ts';
import { percentage } from '../../run/run-folder.ts';
import type { Cell } from '../cells.ts';
import { workOfFeatureNetwork, workOfPretraining } from '../cost/run-work.ts';
import type { PlannedDataSize } from './data-size.ts';

/** Something that is made once and that runs need. */
export interface Prerequisite {
	readonly kind: 'evaluator' | 'extractor' | 'labels';
	/** For people. */
	readonly name: string;
	readonly state: 'done' | 'missing';
	readonly reason: string;
	/** Runs of the grid that need it. */
	readonly neededBy: number;
	/** Their methods. */
	readonly methods: readonly string[];
	/** True if it is also a result of its own (Table 3), whether or not a run needs it. */
	readonly isResult: boolean;
	/** Multiply-adds of making it; 0 where that is counted with another one. */
	readonly multiplyAdds: number;
	/** Cells that need it. */
	readonly cells: readonly Cell[];
}

interface PrerequisiteRequest {
	readonly profile: Profile;
	readonly cells: readonly Cell[];
	readonly classifiers: readonly number[];
	readonly out: string;
	readonly data: PlannedDataSize;
}

/** Folders of a kind of shared network whose recipe is the given one, whatever data they were trained on. */
function madeNetworks(folder: string, file: string, version: number, options: unknown): string[] {
	return listIfThere(folder).filter(name => {
		try {
			const text = readFileSync(path.join(folder, name, file), 'utf8');
			const { description: found } = JSON.parse(text) as {
				description?: { recipeVersion?: number; options?: unknown };
			};
			return found?.recipeVersion === version && canonicalJson(found.options) === canonicalJson(options);
		} catch {
			return false;
		}
	});
}

const methodsOf = (cells: readonly Cell[]): string[] => [
	...new Set(cells.map(({ loaded }) => loaded.method.name)),
];

function evaluatorOf({ profile, cells, out, data }: PrerequisiteRequest): Prerequisite {
	const base = {
		kind: 'evaluator',
		neededBy: cells.length,
		methods: methodsOf(cells),
		isResult: false,
		cells,
	} as const;
	if (profile.evaluator === 'inception') {
		const installed = findInception() !== undefined;
		return {
			...base,
			name: 'Inception weights of the scores',
			state: installed ? 'done' : 'missing',
			reason: installed ? inceptionFile() : 'not on this machine: fewer-labels metrics install FILE',
			multiplyAdds: 0,
		};
	}
	const options = featureNetworkPresets[profile.featureNetwork];
	const [made] = madeNetworks(
		path.join(out, 'shared', 'feature-networks'),
		'network.json',
		recipeVersion,
		options,
	);
	return {
		...base,
		name: `feature network of the scores (${profile.featureNetwork})`,
		state: made === undefined ? 'missing' : 'done',
		reason: made === undefined ? 'trained once' : `shared/feature-networks/${made}`,
		multiplyAdds: workOfFeatureNetwork(options, profile.settings(1).resolution, data),
	};
}

const extractorName = (labelFraction: number | null): string =>
	labelFraction === null
		? 'rotation network without labels (Eq. 1)'
		: `classifier with ${percentage(labelFraction)} % of the labels (Eq. 2)`;

function labelsName(preparation: LabelPreparation): string {
	return preparation.kind === 'clusters'
		? `${preparation.clusters} clusters of its features`
		: `labels inferred from ${percentage(preparation.labelFraction)} %`;
}

/** Folder names of labels that an extractor made, see `prepareLabels`. */
function madeLabels(
	shared: string,
	preparation: LabelPreparation,
	extractors: readonly string[],
): string | undefined {
	const start = preparation.kind === 'clusters' ? `clusters-${preparation.clusters}-` : 'inferred-';
	const file = preparation.kind === 'clusters' ? 'clusters.json' : 'labels.json';
	return extractors
		.map(id => `${start}${id}`)
		.find(name => existsSync(path.join(shared, 'labels', name, file)));
}

/**
 * What the runs of a grid need first, each once: what scores them, the pre-trained networks, the labels that those
 * make. Whether it is there is told from the shared folder by its recipe; the data are not opened.
 */
export function prerequisitesOf(request: PrerequisiteRequest): readonly Prerequisite[] {
	const { profile, cells, classifiers, out, data } = request;
	const shared = path.join(out, 'shared');
	const needs = new Map<string, { preparation: LabelPreparation; cells: Cell[] }>();
	for (const cell of cells) {
		const preparation = preparationOf(cell.loaded.method, cell.options, cell.labelFraction, cell.labelList);
		if (!preparation) continue;
		// Hard and soft labels come from the same files.
		const key = labelsName(preparation);
		const entry = needs.get(key) ?? { preparation, cells: [] };
		entry.cells.push(cell);
		needs.set(key, entry);
	}
	const fractionOf = ({ preparation }: { preparation: LabelPreparation }): number | null =>
		preparation.kind === 'clusters' ? null : preparation.labelFraction;
	const fractions = new Set<number | null>([...[...needs.values()].map(fractionOf), ...classifiers]);

	const labelList = cells.find(cell => cell.labelList)?.labelList;
	const rows: Prerequisite[] = cells.length === 0 ? [] : [evaluatorOf(request)];
	for (const labelFraction of fractions) {
		const ofFraction = [...needs.values()].filter(each => fractionOf(each) === labelFraction);
		const options: PretrainingOptions = {
			...findPretrainingPreset(profile.pretraining),
			labelFraction,
			...(labelFraction !== null && labelList && { labelList: labelList.digest }),
		};
		const folder = path.join(shared, 'feature-extractors');
		const made = madeNetworks(folder, 'extractor.json', pretrainingVersion, options);
		const needing = ofFraction.flatMap(each => each.cells);
		rows.push({
			kind: 'extractor',
			name: extractorName(labelFraction),
			state: made.length > 0 ? 'done' : 'missing',
			reason: made.length > 0 ? `shared/feature-extractors/${made[0]}` : 'trained once',
			neededBy: needing.length,
			methods: methodsOf(needing),
			isResult: labelFraction !== null && classifiers.includes(labelFraction),
			cells: needing,
			multiplyAdds: workOfPretraining(options, profile.settings(1).resolution, data),
		});
		for (const { preparation, cells: users } of ofFraction) {
			const labels = madeLabels(shared, preparation, made);
			rows.push({
				kind: 'labels',
				name: labelsName(preparation),
				state: labels === undefined ? 'missing' : 'done',
				reason: labels === undefined ? 'made once, by the network above' : `shared/labels/${labels}`,
				neededBy: users.length,
				methods: methodsOf(users),
				isResult: false,
				cells: users,
				multiplyAdds: 0,
			});
		}
	}
	return rows;
}
