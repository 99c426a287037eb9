import { canonicalJson } from '../../canonical-json.ts';
import type { Protocol } from '../../run/records.ts';
import { type InceptionProvenance, unverifiedNotes } from '../inception/provenance.ts';
import type { Preset } from '../protocols/preset.ts';
import { ProtocolMismatchError } from '../protocols/require-same.ts';
import { preprocessingOf } from '../protocols/score-protocol.ts';
import type { ScoreSource, StatisticsOrigin } from '../sources/source.ts';
import type { ScoreExtractor } from './extractor.ts';
import { usesTf32 } from './tensor-float-32.ts';

/** The network that the features of a score come from, as far as it is known. */
export interface ScoreNetwork {
	readonly name: string;
	/** Null where nothing says which one it was. */
	readonly fingerprint: string | null;
	readonly proxy: boolean;
	readonly weights?: InceptionProvenance;
	/** Whether its products may have been rounded to TF32; undefined where nothing says so. */
	readonly tf32: boolean | undefined;
	/** The file of statistics that names it; undefined for a network that was loaded. */
	readonly namedBy?: string;
}

export interface SideOrigins {
	readonly network: ScoreNetwork;
	/** Sentences that must stand beside the numbers. */
	readonly notes: readonly string[];
	/** How sides were made that were not made under the protocol, for its details; empty if there is none. */
	readonly details: Protocol['details'];
}

type SideName = 'real' | 'fake' | 'training';

const originOf = (source: ScoreSource): StatisticsOrigin | undefined =>
	source.kind === 'statistics' ? source.origin : undefined;

function networkOf(sources: readonly ScoreSource[], extractor: ScoreExtractor | undefined): ScoreNetwork {
	if (extractor) {
		const { name, fingerprint, proxy, provenance } = extractor;
		return { name, fingerprint, proxy, tf32: usesTf32(), ...(provenance && { weights: provenance }) };
	}
	for (const source of sources) {
		const origin = originOf(source);
		if (!origin) continue;
		return {
			name: origin.extractor,
			fingerprint: origin.extractorFingerprint,
			proxy: !origin.extractor.startsWith('Inception'),
			...(origin.weights && { weights: origin.weights }),
			tf32: origin.tf32,
			namedBy: source.name,
		};
	}
	return { name: 'unknown: features as given', fingerprint: null, proxy: false, tf32: undefined };
}

const short = (digest: string | null): string => digest?.slice(0, 12) ?? 'unknown';
const rounding = (tf32: boolean): string => (tf32 ? 'allowed' : 'not allowed');

/** What a file of statistics was made with that is not the protocol's: for people, and for the fingerprint. */
function differencesOf(origin: StatisticsOrigin, preset: Preset, network: ScoreNetwork) {
	const texts: string[] = [];
	const details: Record<string, string | boolean> = {};
	const preprocessing = canonicalJson(preprocessingOf(preset));
	if (origin.preprocessing !== preprocessing) {
		texts.push(`preprocessing: ${origin.preprocessing} (${origin.preset}) against ${preprocessing}`);
		details.preprocessing = origin.preprocessing;
	}
	const by = network.namedBy === undefined ? '' : ` of ${network.namedBy}`;
	if (origin.extractorFingerprint !== network.fingerprint) {
		texts.push(
			`extractor: ${origin.extractor} ${short(origin.extractorFingerprint)} against ${network.name} ${short(network.fingerprint)}${by}`,
		);
		details.extractorFingerprint = origin.extractorFingerprint;
	}
	// Files of earlier versions do not say.
	if (origin.tf32 !== undefined && network.tf32 !== undefined && origin.tf32 !== network.tf32) {
		texts.push(`TF32 rounding: ${rounding(origin.tf32)} against ${rounding(network.tf32)}${by}`);
		details.tf32 = origin.tf32;
	}
	return { texts, details };
}

const unknownNote = (name: string, preset: Preset): string =>
	`${name} does not say how it was made: taken as ${preset.name}, which nothing proves`;

// `duplicates` alone reads the training side's features; a name that begins so is one of its options.
const prefixes: Readonly<Record<SideName, string>> = {
	real: 'real',
	fake: 'fake',
	training: 'duplicates training',
};

/**
 * What the sides of a score say about how they were made, before any work. Statistics written by `score` name their
 * protocol and network: under others they are another metric, and so they are with statistics of another network on
 * the other side.
 *
 * @param extractor the network for the sides that are images; undefined if none is
 * @param allowMixed whether to go on where sides differ, marked
 * @throws ProtocolMismatchError where they differ and that was not asked for, naming every difference
 */
export function checkOrigins(
	sides: Readonly<Partial<Record<SideName, ScoreSource>>>,
	options: {
		readonly preset: Preset;
		readonly extractor: ScoreExtractor | undefined;
		readonly allowMixed: boolean;
	},
): SideOrigins {
	const { preset, extractor, allowMixed } = options;
	const given = (['real', 'fake', 'training'] as const).flatMap(side => {
		const source = sides[side];
		return source && source.kind !== 'pictures' ? [{ side, source }] : [];
	});
	const network = networkOf(
		given.map(({ source }) => source),
		extractor,
	);
	const notes: string[] = [];
	const details: Record<string, string | number | boolean> = {};
	for (const { side, source } of given) {
		const origin = originOf(source);
		if (!origin) {
			notes.push(unknownNote(source.name, preset));
			details[`${prefixes[side]} features`] = 'unknown origin';
			continue;
		}
		if (origin.weights) notes.push(...unverifiedNotes(origin.weights).map(note => `${source.name}: ${note}`));
		const differences = differencesOf(origin, preset, network);
		if (differences.texts.length === 0) continue;
		const text = `${source.name} was made under another protocol: ${differences.texts.join('; ')}`;
		if (!allowMixed) {
			throw new ProtocolMismatchError(
				text,
				`measure with --protocol ${origin.preset} and one network on both sides, or add --allow-mixed to go on, marked`,
			);
		}
		notes.push(`MIXED PROTOCOLS, the scores mean little: ${text}`);
		for (const [name, value] of Object.entries(differences.details)) {
			details[`${prefixes[side]} ${name}`] = value;
		}
		details.mixed = true;
	}
	return { network, notes, details };
}
