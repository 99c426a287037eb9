import type { OptionValues } from '../../methods/method.ts';
import type { LoadedMethod } from '../../methods/registry.ts';
import { evaluationProtocol } from '../metrics/evaluators/evaluation-protocol.ts';
import type { EvaluatorKind } from '../metrics/evaluators/evaluator.ts';
import type { TrainingSettings } from '../train/settings.ts';
import type { CollapseAction } from './collapse/policy.ts';
import { type RunIdentity, runIdOf } from './identity.ts';
import { backendName } from './manifest.ts';
import type { Protocol } from './records.ts';
import { collapseRulesDigest, methodSourceDigest } from './source-digest.ts';

/** What the identity says of the collapse watch: nothing where it only logs, see `RunIdentity`. */
export function collapseIdentity(
	action: CollapseAction | undefined,
	evaluateEvery: number | undefined,
): Pick<RunIdentity, 'collapse'> {
	if (action === undefined || action === 'log') return {};
	return { collapse: { action, evaluateEvery: evaluateEvery ?? null, rules: collapseRulesDigest() } };
}

/** Identity and measuring protocol of a run, once its data set and evaluator are known. */
export function identifyRun(run: {
	readonly loaded: LoadedMethod;
	readonly options: OptionValues;
	readonly settings: TrainingSettings;
	readonly labelFraction: number | null;
	/** The images whose labels may be used, if a list names them. */
	readonly labelList?: { readonly digest: string };
	readonly seed: number;
	readonly dataSet: { readonly name: string; readonly digest: string; readonly testCount: number };
	/** What scores the run, the profile's `evaluator`. */
	readonly evaluator: EvaluatorKind;
	/** `fingerprint` of the evaluator. */
	readonly networkFingerprint: string;
	/** Digest of labels that were made for the run; null for those of the data set. */
	readonly preparedLabels: string | null;
	/** As in `RunRequest`. */
	readonly onCollapse?: CollapseAction;
	/** As in `RunRequest`. */
	readonly evaluateEvery?: number;
	/** Numeric back end of the machine that trains. Default: of this one, which may lack the GPU of the other. */
	readonly backend?: string;
}): { runId: string; identity: RunIdentity; protocol: Protocol } {
	const { settings, dataSet } = run;
	const protocol = evaluationProtocol({
		evaluator: { kind: run.evaluator, fingerprint: run.networkFingerprint },
		dataSet: { name: dataSet.name, digest: dataSet.digest, referenceCount: dataSet.testCount },
		fakeSets: settings.fakeSets,
		fakesPerSet: settings.fakesPerSet,
		standingImages: settings.standingBatches * settings.evaluationBatchSize,
	});
	const identity: RunIdentity = {
		formatVersion: 1,
		method: run.loaded.method.name,
		methodSource: methodSourceDigest(run.loaded.file),
		options: run.options,
		settings,
		labelFraction: run.labelFraction,
		...(run.labelList && { labelList: run.labelList.digest }),
		seed: run.seed,
		dataSet: dataSet.digest,
		preparedLabels: run.preparedLabels,
		protocol: protocol.fingerprint,
		...collapseIdentity(run.onCollapse, run.evaluateEvery),
		backend: run.backend ?? backendName(),
	};
	return { runId: runIdOf(identity), identity, protocol };
}
