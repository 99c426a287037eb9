import { digestOf } from '../canonical-json.ts';
import type { Protocol } from '../run/records.ts';

export interface ProxyProtocolOptions {
	readonly dataSet: {
		/** For people, part of the protocol's name. */
		readonly name: string;
		readonly digest: string;
		/** Number of test images, the real side. */
		readonly testCount: number;
	};
	/** `fingerprint` of the feature network. */
	readonly networkFingerprint: string;
	/** Fake sets, each scored apart. */
	readonly fakeSets: number;
	/** Images in a fake set. */
	readonly fakesPerSet: number;
	/** Images that batch norm's standing statistics are gathered over. */
	readonly standingImages: number;
	/** Splits of the inception score, default 1. */
	readonly inceptionScoreSplits?: number;
}

/**
 * The protocol of proxy scores: features of a network trained on the data set itself. Its fingerprint covers all
 * that moves the numbers, so numbers of different data, networks or counts do not pass for comparable.
 */
export function proxyProtocol(options: ProxyProtocolOptions): Protocol {
	const { dataSet, networkFingerprint, fakeSets, fakesPerSet, standingImages } = options;
	const details: Protocol['details'] = {
		extractor: 'convolutional classifier trained on the training split',
		extractorFingerprint: networkFingerprint,
		dataSetDigest: dataSet.digest,
		referenceSplit: 'test',
		referenceImages: dataSet.testCount,
		fakeSets,
		fakesPerSet,
		pixels: '[0, 1], quantisation none',
		generatorMode: 'EMA + standing statistics',
		standingImages,
		covarianceDivisor: 'n - 1',
		inceptionScoreSplits: options.inceptionScoreSplits ?? 1,
	};
	return { name: `proxy-${dataSet.name}`, fingerprint: digestOf(details), proxy: true, details };
}

/** Whether numbers measured under both may stand in one comparison. */
export function sameProtocol(first: Protocol, second: Protocol): boolean {
	return first.fingerprint === second.fingerprint && first.proxy === second.proxy;
}

/** The details in which two protocols differ, for people: `fakesPerSet: 256 against 1000`. */
export function protocolDifferences(first: Protocol, second: Protocol): string[] {
	const names = new Set([...Object.keys(first.details), ...Object.keys(second.details)]);
	return [...names]
		.filter(name => first.details[name] !== second.details[name])
		.map(name => `${name}: ${first.details[name] ?? 'none'} against ${second.details[name] ?? 'none'}`);
}
