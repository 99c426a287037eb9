import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { DataSet } from '../../../harness/data/data-set.ts';
import { acquireRunLock } from '../../../harness/run/lock/run-lock.ts';
import { type ExtractorRequest, obtainExtractor } from '../../../harness/run/prepare-extractor.ts';
import { readEvents } from '../../../harness/run/run-folder.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import type { PretrainingOptions } from '../../../methods/pretraining/options.ts';
import { pretrain } from '../../../methods/pretraining/pretrain.ts';
import { tinyData, tinyOptions } from '../../methods/pretraining/support/tiny.ts';

class Killed extends Error {}

interface Setting {
	readonly out: string;
	readonly options?: PretrainingOptions;
	/** The training ends here: as asked with `stop`, without notice with `kill`. Updates count from 0. */
	readonly at?: { readonly update: number; readonly how: 'stop' | 'kill' };
	readonly report?: ExtractorRequest['report'];
}

/** Images that note which update reads them: labelled and unlabelled ones one after the other. */
function watched(dataSet: DataSet, onUpdate: (update: number) => void, setting: Setting): DataSet {
	const start = updatesDone(setting.out);
	const readings = setting.options?.labelFraction === null ? 1 : 2;
	let reads = 0;
	const { train } = dataSet;
	const read: typeof train.read = indices => {
		if (reads % readings === 0) onUpdate(start + reads / readings);
		reads++;
		return train.read(indices);
	};
	return { ...dataSet, train: { ...train, read } };
}

const updatesDone = (out: string): number =>
	existsSync(path.join(out, 'training'))
		? Math.max(0, ...readdirSync(path.join(out, 'training')).flatMap(name => checkpointsOf(out, name)))
		: 0;

const checkpointsOf = (out: string, name: string): number[] => {
	const folder = path.join(out, 'training', name, 'checkpoints');
	if (!existsSync(folder)) return [];
	return readdirSync(folder).flatMap(file => (/^step-(\d+)$/u.exec(file) ?? []).slice(1).map(Number));
};

async function obtain(setting: Setting): Promise<string> {
	const { out, options = tinyOptions, at, report = () => {} } = setting;
	const controller = new AbortController();
	const act = (update: number): void => {
		if (update !== at?.update) return;
		if (at.how === 'kill') throw new Killed();
		controller.abort(new Killed());
	};
	const extractor = await obtainExtractor({
		dataSet: watched(await tinyData(), act, setting),
		options,
		signal: controller.signal,
		report(progress) {
			controller.signal.throwIfAborted();
			report(progress);
		},
		// Who is stopped writes one then.
		checkpointEveryMs: at?.how === 'kill' ? 0 : undefined,
		folder: path.join(out, 'extractor'),
		trainings: path.join(out, 'training'),
	});
	const { fingerprint } = extractor;
	extractor.dispose();
	return fingerprint;
}

function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-extractor-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

async function unbroken(options: PretrainingOptions) {
	const texts: string[] = [];
	const extractor = await pretrain(await tinyData(), options, { onProgress: ({ text }) => texts.push(text) });
	const { fingerprint } = extractor;
	extractor.dispose();
	return { fingerprint, texts };
}

const eventsOf = (out: string, name = readdirSync(path.join(out, 'training'))[0]!) =>
	readEvents(path.join(out, 'training', name));

const trainings: Readonly<Record<string, PretrainingOptions>> = {
	'operation by operation': tinyOptions,
	compiled: { ...tinyOptions, epochs: 10.4 },
	'compiled, in passes': { ...tinyOptions, unlabelledPerBatch: 4, microBatchSize: 4, epochs: 10.4 },
	'on rotations alone': { ...tinyOptions, labelFraction: null },
};

for (const [what, options] of Object.entries(trainings)) {
	test.serial(
		`a training that was stopped and killed ends as an unbroken one, bit for bit: ${what}`,
		async t => {
			const { fingerprint, texts } = await unbroken(options);
			const updates = Math.round(options.epochs * 10);
			const before = tf.memory().numTensors;
			const out = temporaryFolder(t);
			const told: string[] = [];
			const setting = { out, options, report: ({ text }: { text: string }) => told.push(text) };
			const third = Math.floor(updates / 3);
			const ends = [
				{ update: third, how: 'stop' },
				{ update: third + 3, how: 'kill' },
				{ update: 2 * third, how: 'stop' },
				{ update: 2 * third + 1, how: 'kill' },
			] as const;
			for (const at of ends) {
				await t.throwsAsync(obtain({ ...setting, at }), { instanceOf: Killed });
				t.is(updatesDone(out), at.how === 'stop' ? at.update + 1 : at.update);
				t.false(existsSync(path.join(out, 'extractor')));
				t.is(tf.memory().numTensors, before);
			}
			t.is(await obtain(setting), fingerprint);
			t.is(tf.memory().numTensors, before);
			t.is(updatesDone(out), 0, 'checkpoints left behind');
			t.is(readdirSync(path.join(out, 'training')).length, 1);
			t.deepEqual(
				[...new Set(told.filter(text => text.startsWith('update')))],
				texts,
				'losses that are told include those of before',
			);
			const events = eventsOf(out);
			t.deepEqual(
				events.filter(({ event }) => event === 'resumed').map(({ step }) => step),
				ends.map(({ update, how }) => (how === 'stop' ? update + 1 : update)),
			);
			t.like(
				events.find(({ event }) => event === 'data-feed'),
				{ step: updates },
			);
			t.is(events.at(-1)?.event, 'completed');
		},
	);
}

test.serial(
	'a training that was stopped after its last update has its network without another one',
	async t => {
		const { fingerprint } = await unbroken(tinyOptions);
		const out = temporaryFolder(t);
		await t.throwsAsync(obtain({ out, at: { update: 11, how: 'stop' } }), { instanceOf: Killed });
		t.is(updatesDone(out), 12);
		t.is(await obtain({ out, at: { update: 12, how: 'kill' } }), fingerprint);
	},
);

test.serial('a checkpoint of another training is passed over, wherever it lies', async t => {
	const { fingerprint } = await unbroken(tinyOptions);
	const out = temporaryFolder(t);
	const other = { ...tinyOptions, seed: 2 };
	const at = { update: 5, how: 'stop' } as const;
	await t.throwsAsync(obtain({ out, options: other, at }), { instanceOf: Killed });
	const [foreign] = readdirSync(path.join(out, 'training'));
	// Beside it, in a folder of its own.
	await t.throwsAsync(obtain({ out: path.join(out, 'a'), at: { ...at, update: 2 } }), { instanceOf: Killed });
	const [own] = readdirSync(path.join(out, 'a/training'));
	t.not(own, foreign);
	// Even in its place.
	rmSync(path.join(out, 'a/training', own, 'checkpoints'), { recursive: true });
	const checkpoints = path.join(out, 'a/training', own, 'checkpoints');
	cpSync(path.join(out, 'training', foreign, 'checkpoints'), checkpoints, { recursive: true });
	t.is(await obtain({ out: path.join(out, 'a') }), fingerprint);
	const events = eventsOf(path.join(out, 'a'));
	t.like(
		events.find(({ damaged }) => damaged !== undefined),
		{ step: 6, damaged: 'it is of another training' },
	);
	t.false(events.some(({ event }) => event === 'resumed'));
	t.false(existsSync(checkpoints));
	t.is(updatesDone(out), 6, 'that of the other network stays');
});

test.serial(
	'checkpoints that other code left are not gone on from, and go once the network is there',
	async t => {
		const { fingerprint } = await unbroken(tinyOptions);
		const out = temporaryFolder(t);
		await t.throwsAsync(obtain({ out, at: { update: 5, how: 'stop' } }), { instanceOf: Killed });
		const trainings = path.join(out, 'training');
		const [own] = readdirSync(trainings);
		const [recipe] = own.split('-');
		const earlier = `${recipe}-000000000000`;
		const living = `${recipe}-111111111111`;
		renameSync(path.join(trainings, own), path.join(trainings, earlier));
		cpSync(path.join(trainings, earlier), path.join(trainings, living), { recursive: true });
		const lock = await acquireRunLock(path.join(trainings, living));
		t.is(await obtain({ out }), fingerprint);
		t.false(eventsOf(out, own).some(({ event }) => event === 'resumed'));
		t.deepEqual(checkpointsOf(out, earlier), []);
		t.is(eventsOf(out, earlier).at(-1)?.event, 'interrupted', 'the record stays');
		t.deepEqual(checkpointsOf(out, living), [6], 'a living process keeps what it works on');
		lock.release();
	},
);

test.serial('a damaged checkpoint is passed over for the one before', async t => {
	const { fingerprint } = await unbroken(tinyOptions);
	const out = temporaryFolder(t);
	await t.throwsAsync(obtain({ out, at: { update: 6, how: 'kill' } }), {
		instanceOf: Killed,
	});
	const [name] = readdirSync(path.join(out, 'training'));
	t.deepEqual(checkpointsOf(out, name).sort(), [5, 6]);
	rmSync(path.join(out, 'training', name, 'checkpoints/step-00000006/state.safetensors'));
	t.is(await obtain({ out }), fingerprint);
	t.like(
		eventsOf(out).find(({ event }) => event === 'resumed'),
		{ step: 5 },
	);
});

test.serial('who wants a network that another process trains waits for it', async t => {
	const out = temporaryFolder(t);
	await t.throwsAsync(obtain({ out, at: { update: 3, how: 'stop' } }), { instanceOf: Killed });
	const [name] = readdirSync(path.join(out, 'training'));
	const lock = await acquireRunLock(path.join(out, 'training', name));
	const told: string[] = [];
	const waiting = obtain({ out, report: ({ text }) => told.push(text) });
	const trained = await pretrain(await tinyData(), tinyOptions);
	trained.save(path.join(out, 'extractor'));
	trained.dispose();
	t.is(await waiting, trained.fingerprint);
	t.is(told.length, 1);
	t.regex(told[0], new RegExp(`^process ${process.pid} on \\S+ trains this network, waiting for it$`, 'u'));
	t.is(updatesDone(out), 4, 'what the other process works on is left to it');
	lock.release();
	await obtain({ out });
	t.is(updatesDone(out), 0);
	t.false(readFileSync(path.join(out, 'training', name, 'events.jsonl'), 'utf8').includes('completed'));
});
