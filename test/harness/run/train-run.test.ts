import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../harness/errors.ts';
import type { Evaluator } from '../../../harness/metrics/evaluators/evaluator.ts';
import { listCheckpoints } from '../../../harness/run/checkpoint/checkpoint-folder.ts';
import { acquireRunLock } from '../../../harness/run/lock/run-lock.ts';
import { openProgressFile, progressSchema } from '../../../harness/run/progress-file.ts';
import { readEvents } from '../../../harness/run/run-folder.ts';
import type { PreparedRun, RunRequest } from '../../../harness/run/run-request.ts';
import { readRecords } from '../../../harness/run/tensorboard/event-file.ts';
import { stepOfEvent } from '../../../harness/run/tensorboard/event-message.ts';
import { type TrainedRun, trainRun } from '../../../harness/run/train-run.ts';
import { weightsDigest } from '../../../harness/run/weights.ts';
import { createStream } from '../../../harness/tensor/random.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';
import { disposeGanState } from '../../../harness/train/gan-state.ts';
import { method as bigGan } from '../../../methods/big-gan/method.ts';
import type { Method } from '../../../methods/method.ts';
import { noiseDataSet, smallSettings } from '../train/small-training.ts';

const dataSet = noiseDataSet();
const seed = 5;

/** The batch of BigGAN's real labels of a step and attempt, recognised by its random stream. */
const firstBits = (step: number, ...attempt: (string | number)[]): number =>
	createStream(seed, 'real-labels', step, 0, ...attempt).bits();

/** BigGAN whose discriminator loss is NaN at certain draws: a pure function of the step, as a real collapse is. */
function divergingAt(...draws: number[]): Method {
	let poisoned = false;
	return {
		...(bigGan as Method),
		realLabels(labels, _classes, stream) {
			poisoned = draws.includes(stream.bits());
			return labels;
		},
		discriminatorLoss(networks, batch, options) {
			const loss = (bigGan as Method).discriminatorLoss(networks, batch, options);
			return poisoned ? { ...loss, total: tf.mul(loss.total, Number.NaN) } : loss;
		},
	};
}

function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-train-run-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

interface Trained extends Omit<TrainedRun, 'state'> {
	readonly digest: string;
}

/** Trains in a folder, eagerly; what is left to do is done. */
async function train(
	folder: string,
	request: Partial<RunRequest> & { steps: number; method?: Method; runId?: string },
): Promise<Trained> {
	const { method = bigGan as Method, steps, runId = '0123456789ab' } = request;
	const lock = await acquireRunLock(folder);
	const settings = smallSettings(steps, { discriminatorSteps: 1 });
	const run: PreparedRun = {
		request: {
			loaded: { method, name: 'big-gan', title: 'BIGGAN', file: '' } as unknown as RunRequest['loaded'],
			options: {},
			labelFraction: 1,
			seed,
			profile: {} as RunRequest['profile'],
			data: '',
			folder,
			eager: true,
			sharedFolder: folder,
			onProgress() {},
			...request,
		},
		runId,
		protocol: { name: 'none', fingerprint: '0'.repeat(64), proxy: true, details: {} },
		settings,
		dataSet,
		evaluator: {} as Evaluator,
		subset: undefined,
		labels: undefined,
		lock,
		progress: openProgressFile({ folder, runId, steps }),
		trainingShare: 0.5,
	};
	try {
		const { state, ...trained } = await trainRun(run);
		const digest = weightsDigest(state);
		disposeGanState(state);
		return { ...trained, digest };
	} finally {
		lock.release();
	}
}

const eventsOf = (folder: string, kind: string) =>
	readEvents(folder).flatMap(({ time: _, event, ...fields }) => (event === kind ? [fields] : []));

/** Aborts after a step, as Ctrl-C would. */
function abortAt(step: number): Pick<RunRequest, 'signal' | 'onProgress'> {
	const controller = new AbortController();
	return {
		signal: controller.signal,
		onProgress({ text }) {
			if (text.startsWith(`step ${step}/`)) controller.abort(new Error('interrupted'));
		},
	};
}

test.serial(
	'an interrupted training leaves a checkpoint, and goes on to the same end, step by step',
	async t => {
		const before = tf.memory().numTensors;
		const [whole, broken] = [temporaryFolder(t), temporaryFolder(t)];
		const unbroken = await train(whole, { steps: 6 });
		t.is(unbroken.collapse, null);
		for (const step of [2, 5]) {
			await t.throwsAsync(train(broken, { steps: 6, ...abortAt(step) }), { message: 'interrupted' });
			t.is(listCheckpoints(broken)[0], step);
		}
		t.deepEqual(await train(broken, { steps: 6 }), unbroken);
		t.deepEqual(
			eventsOf(broken, 'resumed').map(({ step }) => step),
			[2, 5],
		);
		// With its training done, a run that was killed while it was scored does not train again.
		t.deepEqual(await train(broken, { steps: 6 }), unbroken);
		t.is(eventsOf(broken, 'metrics').length, 6);
		const board = path.join(broken, 'tensorboard');
		const steps = [...readRecords(readFileSync(path.join(board, readdirSync(board)[0])))].map(({ data }) =>
			stepOfEvent(data),
		);
		t.deepEqual([...new Set(steps)], [0, 1, 2, 3, 4, 5, 6]);
		t.deepEqual(
			steps,
			steps.toSorted((first, second) => first - second),
		);
		const progress = progressSchema.parse(
			JSON.parse(readFileSync(path.join(whole, 'progress.json'), 'utf8')),
		);
		t.like(progress, { phase: 'training', steps: 6, pid: process.pid });
		t.is(tf.memory().numTensors, before);
	},
);

test.serial('a damaged checkpoint costs the steps since the one before, and is told of', async t => {
	const [whole, broken] = [temporaryFolder(t), temporaryFolder(t)];
	const unbroken = await train(whole, { steps: 4 });
	await t.throwsAsync(train(broken, { steps: 4, checkpointEveryMs: 0, ...abortAt(3) }));
	t.deepEqual(listCheckpoints(broken), [3, 2]);
	writeFileSync(path.join(broken, 'checkpoints/step-00000003/state.safetensors'), 'damaged');
	t.deepEqual(await train(broken, { steps: 4 }), unbroken);
	t.deepEqual(
		eventsOf(broken, 'resumed').map(({ step }) => step),
		[2],
	);
	t.regex(
		eventsOf(broken, 'checkpoint').find(({ damaged }) => damaged !== undefined)!.damaged as string,
		/state\.safetensors: its digest is another one/u,
	);
});

test.serial('checkpoints of another run are refused and stay', async t => {
	const folder = temporaryFolder(t);
	await t.throwsAsync(train(folder, { steps: 3, ...abortAt(1) }));
	await t.throwsAsync(train(folder, { steps: 3, runId: 'ffffffffffff' }), {
		instanceOf: UsageError,
		message: /holds the checkpoints of another run \(0123456789ab; this one is ffffffffffff\)/u,
	});
	t.deepEqual(listCheckpoints(folder), [1]);
});

test.serial(
	'a training that diverges ends with its last finite state, wherever its checkpoints were',
	async t => {
		const before = tf.memory().numTensors;
		const method = divergingAt(firstBits(4));
		const [whole, broken] = [temporaryFolder(t), temporaryFolder(t)];
		const collapsed = await train(whole, { steps: 6, method });
		t.deepEqual(collapsed.collapse, { step: 4, reason: 'discriminator.total is NaN', scoredStep: 3 });
		// The state is that of a training up to step 3, and its last losses stand for the mean.
		const last = eventsOf(whole, 'metrics').at(-1)!;
		t.is(last.step, 3);
		t.deepEqual(collapsed.training, last.losses as Record<string, number>);
		t.deepEqual(eventsOf(whole, 'collapse'), [
			{ step: 4, kind: 'non-finite', reason: 'discriminator.total is NaN', action: 'stop' },
		]);
		t.is(listCheckpoints(whole)[0], 3);
		t.deepEqual(await train(whole, { steps: 6, method }), collapsed, 'the end is kept');

		await t.throwsAsync(train(broken, { steps: 6, method, checkpointEveryMs: 0, ...abortAt(2) }));
		t.deepEqual(await train(broken, { steps: 6, method }), collapsed);
		t.is(tf.memory().numTensors, before);
	},
);

test.serial(
	'a training that is rolled back draws other numbers from there, and ends the same way each time',
	async t => {
		// The attempts 0 and 1 diverge; the second roll-back gets through.
		const method = divergingAt(firstBits(4), firstBits(5, 'attempt', 1));
		const [whole, broken, plain] = [temporaryFolder(t), temporaryFolder(t), temporaryFolder(t)];
		const trained = await train(whole, { steps: 6, method, onCollapse: 'roll-back' });
		t.is(trained.collapse, null);
		t.deepEqual(eventsOf(whole, 'resumed'), [
			{ step: 3, attempt: 1 },
			{ step: 4, attempt: 2 },
		]);
		t.not((await train(plain, { steps: 6 })).digest, trained.digest);
		for (const step of [2, 5]) {
			await t.throwsAsync(train(broken, { steps: 6, method, onCollapse: 'roll-back', ...abortAt(step) }));
		}
		t.deepEqual(await train(broken, { steps: 6, method, onCollapse: 'roll-back' }), trained);
	},
);

test.serial('a training that collapses after every roll-back stops at last', async t => {
	const method = divergingAt(firstBits(3), ...[1, 2, 3].map(attempt => firstBits(3, 'attempt', attempt)));
	const folder = temporaryFolder(t);
	const { collapse } = await train(folder, { steps: 4, method, onCollapse: 'roll-back' });
	t.deepEqual(collapse, { step: 3, reason: 'discriminator.total is NaN', scoredStep: 2 });
	t.deepEqual(
		eventsOf(folder, 'collapse').map(({ action }) => action),
		['roll-back', 'roll-back', 'roll-back', 'stop'],
	);
});

test.serial('a method whose first step is not finite has failed: there is nothing to score', async t => {
	const folder = temporaryFolder(t);
	await t.throwsAsync(train(folder, { steps: 4, method: divergingAt(firstBits(1)) }), {
		message: 'discriminator.total is NaN at generator step 1: training diverged',
	});
	t.deepEqual(eventsOf(folder, 'collapse'), []);
});

test.serial('weights that are no longer finite after the last step are a collapse as well', async t => {
	const method: Method = {
		...(bigGan as Method),
		// A loss of 0 · √x at x = 0 is finite, its gradient is not.
		generatorLoss(networks, batch, options) {
			const loss = (bigGan as Method).generatorLoss(networks, batch, options);
			const zero = tf.mul(tf.mean(batch.fakes), 0);
			return { ...loss, total: tf.add(loss.total, tf.mul(tf.sqrt(zero), 0)) };
		},
	};
	const folder = temporaryFolder(t);
	await t.throwsAsync(train(folder, { steps: 1, method }), {
		message: /is not finite at generator step 1, and no earlier state gives finite images/u,
	});
	t.deepEqual(listCheckpoints(folder), [], 'a checkpoint never holds what is not finite');
});
