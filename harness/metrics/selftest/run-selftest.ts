import { type CheckResult, runChecks, type SelfCheck, type SelfTestResult } from './check.ts';
import { frechetChecks } from './frechet-checks.ts';
import { imageChecks } from './image-checks.ts';
import { inceptionScoreChecks } from './inception-score-checks.ts';
import { kernelChecks } from './kernel-checks.ts';
import { precisionRecallChecks, publishedSets, smallSets } from './precision-recall-checks.ts';
import { type PublishedOptions, publishedChecks } from './published-checks.ts';
import { realSubjects, type SelfTestSubjects } from './subjects.ts';

export interface SelfTestOptions {
	/** Smaller sets, seconds instead of a minute; default false. */
	readonly quick?: boolean;
	/** The network and the images of the published scores; without, these checks are skipped. */
	readonly published?: PublishedOptions;
	/** Why they are skipped, for people. */
	readonly skipReason?: string;
	/** What is tested, default the functions that scores go through. */
	readonly subjects?: SelfTestSubjects;
	readonly onResult?: (result: CheckResult) => void;
}

/** All checks, the cheap ones first. */
export function selfChecks(options: SelfTestOptions = {}): SelfCheck[] {
	const { quick = false, published, subjects = realSubjects } = options;
	return [
		...inceptionScoreChecks(subjects),
		...imageChecks(subjects),
		...kernelChecks(subjects),
		...frechetChecks(subjects, quick ? 256 : 2048),
		...precisionRecallChecks(subjects, quick ? [smallSets] : [smallSets, publishedSets]),
		...(published ? publishedChecks(subjects, published) : []),
	];
}

/** Computes numbers that are known beforehand with the functions that scores go through. */
export function runSelfTest(options: SelfTestOptions = {}): Promise<SelfTestResult> {
	const { published, skipReason = 'no CIFAR-10 folder was given', onResult } = options;
	return runChecks(selfChecks(options), {
		onResult,
		skipped: published ? [] : [{ name: 'published scores of CIFAR-10', reason: skipReason }],
	});
}
