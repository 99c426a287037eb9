import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseMethodOptions } from '../../../methods/registry.ts';
import { evaluationProtocol } from '../../metrics/evaluators/evaluation-protocol.ts';
import type { EvaluatorKind } from '../../metrics/evaluators/evaluator.ts';
import { featureNetworkId, featureNetworkPresets } from '../../metrics/feature-network/presets.ts';
import { backendName } from '../../run/manifest.ts';
import { loadMethodOfRun } from '../../run/method-of-run.ts';
import type { Profile } from '../../run/profile.ts';
import { methodSourceDigest, methodSourceFiles } from '../../run/source-digest.ts';
import { withMicroBatch } from '../../run/with-micro-batch.ts';
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
function givenOptions(recorded: RecordedRun, suiteName: string | undefined): Record<string, unknown> {
	const { method, options } = recorded.identity;
	if (suiteName !== undefined) {
		try {
			const row = findSuite(suiteName).rows.find(each => each.method === method);
			// A row's options, where the run agrees with them; where not, the command line of `run` had the last word.
			if (row) return { ...row.options };
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

/**
 * What the present code, options and back end give in the place of a recorded run. The data are not read again
 * unless their digest is given, and neither are labels that a network made.
 *
 * @param request.out output folder of the grid, if the run is in one
 * @param request.suite name of the grid's suite
 * @param request.dataSet digest of the data as they are now
 * @throws UsageError if the run's method or profile is gone, or its options are not allowed any more
 */
export async function presentIdentity(
	recorded: RecordedRun,
	request: {
		readonly out?: string;
		readonly suite?: string;
		readonly dataSet?: { readonly name: string; readonly digest: string; readonly testCount: number };
	} = {},
): Promise<PresentIdentity> {
	const unknown: string[] = [];
	const { identity } = recorded;
	const loaded = await loadMethodOfRun(recorded);
	const sourceFiles = methodSourceFiles(loaded.file);
	const known: Partial<RecordedRun['identity']> = {
		formatVersion: 1,
		method: loaded.method.name,
		methodSource: methodSourceDigest(loaded.file),
		options: parseMethodOptions(
			loaded.method,
			givenOptions(recorded, request.suite),
		) as RecordedRun['identity']['options'],
		labelFraction: identity.labelFraction,
		seed: identity.seed,
		backend: backendName(),
	};
	const profile = recorded.profile === undefined ? undefined : presentProfile(recorded);
	if (profile) known.settings = { ...profile.settings(Number(identity.settings.steps)) };
	else unknown.push('settings: the run does not say its profile');
	if (request.dataSet) known.dataSet = request.dataSet.digest;
	else
		unknown.push(
			`data: ${recorded.dataSet.source ?? recorded.dataSet.name} was not read again (--read-data)`,
		);
	if (typeof identity.preparedLabels === 'string')
		unknown.push('labels that a network made: they follow from source and data');

	const protocolDetails = profile && presentProtocol(recorded, profile, request, unknown);
	return {
		identity: { ...known, ...protocolDetails?.identity },
		sourceFiles,
		protocolDetails: protocolDetails?.details ?? null,
		unknown,
	};
}

function presentProfile({ profile, identity }: RecordedRun): Profile {
	const found = findProfile(profile!);
	const { microBatchSize, batchSize } = identity.settings;
	// Whoever made the run chose the micro-batch; a batch of another size is a difference of its own.
	if (typeof microBatchSize !== 'number' || found.settings(1).batchSize !== batchSize) return found;
	return withMicroBatch(found, microBatchSize);
}

function presentProtocol(
	recorded: RecordedRun,
	profile: Profile,
	request: Parameters<typeof presentIdentity>[1] & object,
	unknown: string[],
): { identity: { protocol: string }; details: Readonly<Record<string, unknown>> } | undefined {
	const { protocol, identity } = recorded;
	if (!protocol) {
		unknown.push('measuring protocol: the run does not say its details');
		return undefined;
	}
	// `--evaluator` of the command had the last word over the profile.
	const kind: EvaluatorKind = protocol.proxy ? 'proxy' : 'inception';
	const digest = request.dataSet?.digest ?? identity.dataSet ?? '';
	let fingerprint = String(protocol.details.extractorFingerprint);
	if (kind === 'proxy' && request.out !== undefined) {
		const found = networkFingerprint(path.join(request.out, 'shared'), digest, profile);
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
			name: request.dataSet?.name ?? recorded.dataSet.name,
			digest,
			referenceCount: request.dataSet?.testCount ?? Number(protocol.details.referenceImages),
		},
		fakeSets: settings.fakeSets,
		fakesPerSet: settings.fakesPerSet,
		standingImages: settings.standingBatches * settings.evaluationBatchSize,
	});
	return { identity: { protocol: present.fingerprint }, details: present.details };
}
