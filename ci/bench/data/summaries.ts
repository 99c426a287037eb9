// Rows of the table of main.ts: benchmark, what of it, and what was measured.
import type { KillResult } from './kill-pack.ts';
import type { PackMemory } from './pack-memory.ts';

export type BenchmarkName =
	| 'decode'
	| 'decode-parts'
	| 'decoders'
	| 'read'
	| 'stall'
	| 'pack-memory'
	| 'kill-pack';

interface DecodeResult {
	readonly contestants: ReadonlyArray<{
		readonly name: string;
		readonly processorMs: number;
		readonly timesOursProcessor: number;
		readonly timesReducedProcessor: number;
	}>;
}

interface PartsResult {
	readonly parts: ReadonlyArray<{ readonly name: string; readonly processorMs: number }>;
}

interface Summary {
	readonly differPercent: number;
	readonly mean: number;
	readonly largest: number;
}

interface DecodersResult {
	readonly summaries: ReadonlyArray<{
		readonly against: string;
		readonly decoded?: Summary;
		readonly prepared: Summary;
	}>;
}

interface ReadResult {
	readonly gigabytesPerSecond: Readonly<Record<string, { readonly median: number }>>;
}

interface StallResult {
	readonly source: string;
	readonly stallPercent: number;
}

const describeMemory = ({ seconds, processorSeconds, residentMB, ownMB, group }: PackMemory): string =>
	[
		`${seconds} s, ${processorSeconds} s of processor`,
		`${residentMB} MB resident, ${ownMB} MB of them its own`,
		...(group ? [`group: peak ${group.peakMB} MB, ${group.killed} killed`] : []),
	].join('; ');

const summaries: Readonly<Record<BenchmarkName, (result: never) => Array<[of: string, measured: string]>>> = {
	decode: ({ contestants }: DecodeResult) =>
		contestants.map(({ name, processorMs, timesOursProcessor, timesReducedProcessor }) => [
			name,
			`${processorMs} ms of processor: ${timesOursProcessor} × s3gan, ${timesReducedProcessor} × s3gan-reduced`,
		]),
	'decode-parts': ({ parts }: PartsResult) =>
		parts.map(({ name, processorMs }) => [name, `${processorMs} ms of processor`]),
	decoders: ({ summaries }: DecodersResult) =>
		summaries.map(({ against, decoded, prepared }) => [
			against,
			`${decoded ? `mean ${decoded.mean}, largest ${decoded.largest}; ` : ''}prepared: mean ${prepared.mean}, largest ${prepared.largest}`,
		]),
	read: ({ gigabytesPerSecond }: ReadResult) =>
		Object.entries(gigabytesPerSecond).map(([kind, { median }]) => [kind, `${median} GB/s`]),
	stall: ({ stallPercent }: StallResult) => [['packed', `${stallPercent} % of the time waited`]],
	'pack-memory': (result: PackMemory) => [
		[
			`${result.images} as ${result.form}${result.limitMB === undefined ? '' : `, limit ${result.limitMB} MB`}`,
			describeMemory(result),
		],
	],
	'kill-pack': ({ form, killed, finished, different }: KillResult) => [
		[form, `${killed} killed, ${finished} finished, ${different.length} files different`],
	],
};

/** @param result what the benchmark of this name prints */
export const summarize = (name: BenchmarkName, result: unknown): string[][] =>
	summaries[name](result as never).map(([of, measured]) => [name, of, measured]);
