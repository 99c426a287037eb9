import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { OptionValues } from '../../../methods/method.ts';
import { type LoadedMethod, parseMethodOptions } from '../../../methods/registry.ts';
import { evaluationProtocol } from '../../metrics/evaluators/evaluation-protocol.ts';
import type { EvaluatorKind } from '../../metrics/evaluators/evaluator.ts';
import { featureNetworkId, featureNetworkPresets } from '../../metrics/feature-network/presets.ts';
import type { RunIdentity } from '../../run/identity.ts';
import { backendName } from '../../run/manifest.ts';
import { loadMethodOfRun } from '../../run/method-of-run.ts';
import type { Profile } from '../../run/profile.ts';
import { collapseRulesDigest, methodSourceDigest, methodSourceFiles } from '../../run/source-digest.ts';
import { withEvaluator } from '../../run/with-evaluator.ts';
import { withMicroBatch } from '../../run/with-micro-batch.ts';
import type { GivenOptions } from '../grid.ts';
import { findProfile } from '../profiles.ts';
import { findSuite } from '../suites.ts';
import type { IdentitySide } from './compare-identities.ts';
import type { RecordedRun } from './recorded-run.ts';

/** What the present code would make of a run's place. */
export interface PresentIdentity extends IdentitySide {
	/** What could not be looked at, in words. */
	readonly unknown: readonly string[];
}

/** Options that the run was given, without defaults: those of its suite's row, else of its command line. */
function givenOptions(
	recorded: RecordedRun,
	suiteName: string | undefined,
	ofGrid: GivenOptions | undefined,
): Record<string, unknown> {
	const { method, options } = recorded.identity;
	if (suiteName !== undefined) {
		try {
			const row = findSuite(suiteName).rows.find(each => each.method === method);
			// Beside a row's options those that the command line of `run` gave, where the grid says them.
			if (row) return { ...row.options, ...ofGrid };
		} catch {
			// A suite of another version: its runs still say what they were given.
			return { ...options };
		}
	}
	const names = new Set(
		recorded.command.flatMap((text, index) =>
			text === '--option' ? [recorded.command[index + 1]?.split('=')[0] ?? ''] : [],
		),
	);
	return Object.fromEntries(Object.entries(options).filter(([name]) => names.has(name)));
}

/** The fingerprint of the feature network in a shared folder, if it is there. */
function networkFingerprint(shared: string, dataSetDigest: string, profile: Profile): string | undefined {
	const id = featureNetworkId(dataSetDigest, featureNetworkPresets[profile.featureNetwork]);
	const file = path.join(shared, 'feature-networks', id, 'network.json');
	if (!existsSync(file)) return undefined;
	const { fingerprint } = JSON.parse(readFileSync(file, 'utf8')) as { fingerprint?: unknown };
	return typeof fingerprint === 'string' ? fingerprint : undefined;
}

/** A data set as its digest says it is. */
export interface KnownDataSet {
	readonly name: string;
	readonly digest: string;
	readonly testCount: number;
}

/** What is wanted in the place of a recorded run. */
export interface WantedRun {
	readonly loaded: LoadedMethod;
	/** Complete. */
	readonly options: OptionValues;
	/** Undefined if the run does not say its profile: settings and protocol are then not compared. */
	readonly profile: Profile | undefined;
	/** Output folder of the grid, if the run is in one. */
	readonly out?: string;
	/** The data as they are now; without, they count as unchanged. */
	readonly dataSet?: KnownDataSet;
	/** Digest of the list of labelled images, null without; as recorded if it is not given. */
	readonly labelList?: string | null;
	/** What the identity says of the collapse watch, null for nothing; as recorded, by the present rules, without. */
	readonly collapse?: RunIdentity['collapse'] | null;
	/** Source of the method as it is now; read if it is not given. */
	readonly source?: MethodSource;
}

/** Digests of a method's source. */
export interface MethodSource {
	readonly digest: string;
	readonly files: Readonly<Record<string, string>>;
}

/** Reads the source of a method: some sixty files. */
export const readMethodSource = ({ file }: LoadedMethod): MethodSource => ({
	digest: methodSourceDigest(file),
	files: methodSourceFiles(file),
});

/**
 * The identity that the present code gives in the place of a recorded run, with options and profile as wanted. The
 * data are not read, and neither are labels that a network made.
 */
export function wantedIdentity(recorded: RecordedRun, wanted: WantedRun): PresentIdentity {
	const { loaded, profile, dataSet, source: methodSource = readMethodSource(loaded) } = wanted;
	const { identity } = recorded;
	const unknown: string[] = [];
	const known: Partial<RecordedRun['identity']> = {
		formatVersion: 1,
		method: loaded.method.name,
		methodSource: methodSource.digest,
		options: { ...wanted.options },
		labelFraction: identity.labelFraction,
		labelList: wanted.labelList === undefined ? identity.labelList : (wanted.labelList ?? undefined),
		seed: identity.seed,
		collapse:
			wanted.collapse === undefined ? presentRules(identity.collapse) : (wanted.collapse ?? undefined),
	};
	const host = recorded.machine?.host;
	// A login node without a GPU says nothing about the back end of the nodes behind it.
	if (host === undefined || host === hostname()) known.backend = backendName();
	else if (identity.backend !== backendName()) {
		unknown.push(`numeric back end: ${identity.backend} on ${host}, ${backendName()} on this machine`);
	}
	if (profile) known.settings = { ...profile.settings(Number(identity.settings.steps)) };
	else unknown.push('settings: the run does not say its profile');
	const source = recorded.dataSet.source ?? recorded.dataSet.name;
	if (dataSet) known.dataSet = dataSet.digest;
	else unknown.push(`data: ${source} was not read again (--read-data)`);
	if (typeof identity.preparedLabels === 'string') {
		unknown.push('labels that a network made: they follow from source and data');
	}

	const protocol = profile && presentProtocol(recorded, { ...wanted, profile }, unknown);
	return {
		identity: { ...known, ...protocol?.identity },
		sourceFiles: methodSource.files,
		protocolDetails: protocol?.details ?? null,
		unknown,
	};
}

/**
 * The same with the options that the run was given, its profile and its micro-batch.
 *
 * @param request.suite name of the grid's suite
 * @param request.given options that the grid says the run was given beside those of the suite
 * @throws UsageError if the run's method or profile is gone, or its options are not allowed any more
 */
export async function presentIdentity(
	recorded: RecordedRun,
	request: {
		readonly out?: string;
		readonly suite?: string;
		readonly dataSet?: KnownDataSet;
		readonly given?: GivenOptions;
	} = {},
): Promise<PresentIdentity> {
	const loaded = await loadMethodOfRun(recorded);
	const options = parseMethodOptions(loaded.method, givenOptions(recorded, request.suite, request.given));
	const profile = recorded.profile === undefined ? undefined : presentProfile(recorded);
	return wantedIdentity(recorded, { ...request, loaded, options, profile });
}

/** Whoever made the run chose what ends it. */
function presentRules(recorded: RecordedRun['identity']['collapse']): RecordedRun['identity']['collapse'] {
	return recorded && { ...recorded, rules: collapseRulesDigest() };
}

/** The profile of a run as it is now, with what its command line replaced: micro-batch and evaluator. */
function presentProfile({ profile, identity, protocol }: RecordedRun): Profile {
	const evaluator: EvaluatorKind | undefined = protocol && (protocol.proxy ? 'proxy' : 'inception');
	const found = withEvaluator(findProfile(profile!), evaluator);
	const { microBatchSize, batchSize } = identity.settings;
	// Whoever made the run chose the micro-batch; a batch of another size is a difference of its own.
	if (typeof microBatchSize !== 'number' || found.settings(1).batchSize !== batchSize) return found;
	return withMicroBatch(found, microBatchSize);
}

function presentProtocol(
	recorded: RecordedRun,
	wanted: WantedRun & { readonly profile: Profile },
	unknown: string[],
): { identity: { protocol: string }; details: Readonly<Record<string, unknown>> } | undefined {
	const { protocol, identity } = recorded;
	const { profile, out, dataSet } = wanted;
	if (!protocol) {
		unknown.push('measuring protocol: the run does not say its details');
		return undefined;
	}
	const kind = profile.evaluator;
	const digest = dataSet?.digest ?? identity.dataSet ?? '';
	let fingerprint = String(protocol.details.extractorFingerprint);
	if (kind === 'proxy' && out !== undefined) {
		const found = networkFingerprint(path.join(out, 'shared'), digest, profile);
		if (found === undefined)
			unknown.push('feature network of the scores: not in the shared folder, it would be trained anew');
		else fingerprint = found;
	} else {
		unknown.push('network of the scores: taken as recorded');
	}
	const settings = profile.settings(Number(identity.settings.steps));
	const present = evaluationProtocol({
		evaluator: { kind, fingerprint },
		dataSet: {
			name: dataSet?.name ?? recorded.dataSet.name,
			digest,
			referenceCount: dataSet?.testCount ?? Number(protocol.details.referenceImages),
		},
		fakeSets: settings.fakeSets,
		fakesPerSet: settings.fakesPerSet,
		standingImages: settings.standingBatches * settings.evaluationBatchSize,
	});
	return { identity: { protocol: present.fingerprint }, details: present.details };
}
