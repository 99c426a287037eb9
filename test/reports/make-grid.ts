import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeSampleSheet } from '../../harness/data/sample-sheet.ts';
import { type RunIdentity, runIdOf } from '../../harness/run/identity.ts';
import { type Grid, gridSchema, type Result, resultSchema } from '../../harness/run/records.ts';
import { runFolderName } from '../../harness/run/run-folder.ts';
import { methodSourceDigest } from '../../harness/run/source-digest.ts';
import { builtInModule } from '../../reports/changed-source.ts';

/** One run of a made-up grid. */
export interface MadeRun {
	readonly method: string;
	readonly title?: string;
	readonly labelFraction: number | null;
	readonly seed: number;
	/** Left out: no result. */
	readonly fid?: number;
	readonly inceptionScore?: number;
	/** Changes of the result. */
	readonly result?: Partial<Result>;
	readonly events?: ReadonlyArray<Record<string, unknown>>;
	readonly samples?: boolean;
	/** Whether it has a manifest that agrees with its result; its run id is then the digest of it. */
	readonly manifest?: boolean;
	/** Changes of that manifest, after the run id was taken. */
	readonly changeManifest?: Record<string, unknown>;
}

export interface MadeGrid {
	readonly suite?: string;
	readonly profile?: string;
	readonly dataSet?: string;
	readonly steps?: number;
	readonly proxy?: boolean;
	/** Images of the data, default ImageNet's: for training, held out. */
	readonly images?: readonly [train: number, test: number];
	readonly runs: readonly MadeRun[];
}

/** Without the fsync of the harness: thousands of files in a second. */
function writeFile(file: string, text: string): void {
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, text);
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const sources = new Map<string, string>();

/** Today's source of a method of this project, so that its runs are not of other source; any for others. */
function sourceOf(method: string): string {
	const module = builtInModule(method);
	const digest = sources.get(method) ?? (module === null ? digestOf(method) : methodSourceDigest(module));
	sources.set(method, digest);
	return digest;
}

/** Four grey pixels. */
const samplePng = encodeSampleSheet({
	pixels: new Uint8Array(12).fill(128),
	count: 1,
	resolution: 2,
	columns: 1,
	scale: 1,
});

/** What a run at the paper's settings says it did. */
function identityOf(
	{ method, labelFraction, seed }: MadeRun,
	{ dataSet, steps, protocolName }: { dataSet: string; steps: number; protocolName: string },
): RunIdentity {
	return {
		formatVersion: 1,
		method,
		methodSource: sourceOf(method),
		options: {},
		settings: {
			resolution: 128,
			channels: 96,
			batchSize: 2048,
			steps,
			discriminatorSteps: 2,
			generatorLearningRate: 1e-4,
			discriminatorLearningRate: 5e-4,
			beta1: 0,
			beta2: 0.999,
			epsilon: 1e-8,
			emaDecay: 0.9999,
			emaStartStep: 40_000,
			standingBatches: 3200,
			evaluationBatchSize: 64,
			fakeSets: 5,
			fakesPerSet: 50_000,
		},
		labelFraction,
		seed,
		dataSet: digestOf(dataSet),
		preparedLabels: null,
		protocol: digestOf(protocolName),
		backend: 'tensorflow 2.21.0 cuda',
	};
}

function manifestOf(
	runId: string,
	identity: RunIdentity,
	dataSet: string,
	imagesUsed: number,
): Record<string, unknown> {
	return {
		schemaVersion: 1,
		runId,
		identity,
		dataSet: { name: dataSet, digest: digestOf(dataSet), source: 'folder:/data/imagenet' },
		imagesUsed,
		source: { git: { commit: 'c'.repeat(40), dirty: false }, packageLockDigest: 'd'.repeat(64) },
		machine: { host: 'node-7', platform: 'linux x64', processor: 'a processor', cores: 8, memoryBytes: 1e11 },
		software: { node: 'v20.20.2', backend: identity.backend },
		environment: { SLURM_JOB_ID: String(identity.seed), TF_DETERMINISTIC_OPS: '1' },
		command: ['train'],
	};
}

/** Writes an output folder as `run` would leave it; every file passes the schemas of the harness. */
export function makeGrid(made: MadeGrid): { folder: string; grid: Grid } {
	const { suite = 'paper', profile = 'imagenet-128', dataSet = 'imagenet-128', steps = 250_000 } = made;
	const [trainImages, testImages] = made.images ?? [1_281_167, 50_000];
	const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'grid-')));
	const protocolName = made.proxy ? 'proxy-shapes-32' : 'tfgan-s3gan';
	const runs = made.runs.map(run => {
		const { method, labelFraction, seed, title = method.toUpperCase() } = run;
		const settings = { profile, dataSet, steps, protocolName };
		const identity = identityOf(run, settings);
		const runId = run.manifest
			? runIdOf(identity)
			: digestOf(JSON.stringify([method, labelFraction, seed, profile])).slice(0, 12);
		const runFolder = path.join('runs', runFolderName({ method, labelFraction, seed, runId }));
		const absolute = path.join(folder, runFolder);
		if (run.events) {
			const lines = run.events.map((event, index) => JSON.stringify({ time: index + 1, ...event }));
			writeFile(path.join(absolute, 'events.jsonl'), `${lines.join('\n')}\n`);
		}
		if (run.manifest) {
			const manifest = { ...manifestOf(runId, identity, dataSet, trainImages), ...run.changeManifest };
			writeFile(path.join(absolute, 'manifest.json'), JSON.stringify(manifest));
		}
		if (run.fid !== undefined) {
			const score = (mean: number) => ({ mean, std: 0, values: Array<number>(5).fill(mean) });
			const result: Result = {
				schemaVersion: 1,
				runId,
				method,
				title,
				labelFraction,
				seed,
				profile,
				dataSet: { name: dataSet, digest: digestOf(dataSet) },
				steps,
				protocol: {
					name: protocolName,
					fingerprint: digestOf(protocolName),
					proxy: made.proxy ?? false,
					details: { fakeImages: 50_000, fakeSets: 5, referenceImages: testImages },
				},
				scores: { fid: score(run.fid), inceptionScore: score(run.inceptionScore ?? 10) },
				parameters: { generator: 70_433_988, discriminator: 87_982_370 },
				training: {},
				weightsDigest: digestOf(`weights ${runId}`),
				collapse: null,
				...run.result,
			};
			writeFile(path.join(absolute, 'result.json'), JSON.stringify(resultSchema.parse(result)));
		}
		if (run.samples) writeFileSync(path.join(absolute, 'samples.png'), samplePng);
		return { runId, folder: runFolder, method, title, labelFraction, seed, profile, dataSet, steps };
	});
	const grid = gridSchema.parse({ schemaVersion: 1, suite, runs });
	writeFile(path.join(folder, 'grid.json'), JSON.stringify(grid));
	return { folder, grid };
}

/** A small grid with proxy scores and every kind of hole. */
export function makeProxyGrid(): ReturnType<typeof makeGrid> {
	const cell = (method: string, title: string, labelFraction: number | null, fids: readonly number[]) =>
		fids.map((fid, index) => ({
			method,
			title,
			labelFraction,
			seed: index + 1,
			fid,
			inceptionScore: 5 - fid / 100,
			samples: true,
		}));
	return makeGrid({
		suite: 'smoke',
		profile: 'smoke',
		dataSet: 'shapes-32',
		steps: 60,
		proxy: true,
		images: [2000, 500],
		runs: [
			...cell('big-gan', 'BIGGAN', 1, [120.25, 118.5, 131]),
			...cell('big-gan', 'BIGGAN', 0.1, [140.125, 139]),
			{
				method: 'big-gan',
				title: 'BIGGAN',
				labelFraction: 0.1,
				seed: 3,
				events: [
					{ event: 'started' },
					{ event: 'failed', message: 'RunFailedError: the loss is NaN | at step 41\n    at trainGan' },
				],
			},
			...cell('random-label', 'RANDOM LABEL', null, [150.5]),
			{
				method: 'random-label',
				title: 'RANDOM LABEL',
				labelFraction: null,
				seed: 2,
				events: [{ event: 'started' }, { event: 'metrics' }, { event: 'interrupted' }],
			},
			{ method: 'random-label', title: 'RANDOM LABEL', labelFraction: null, seed: 3 },
			...[1, 2, 3].map(seed => ({
				method: 'single-label',
				title: 'SINGLE LABEL',
				labelFraction: null,
				seed,
			})),
			...cell('my-method', 'My | *method*', 0.1, [99, 98.5, 97]),
		],
	});
}
