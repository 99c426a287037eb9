import test from 'ava';
import { parseQueue, viewOf } from '../../../../harness/launch/slurm/queue.ts';

test('the queue is read by submission and task; other people’s jobs are left out', t => {
	const text = [
		'12|0|RUNNING|None|n1|fewer-labels:abc',
		'12|3|PENDING|JobArrayTaskLimit||fewer-labels:abc',
		'13|N/A|PENDING|Resources||fewer-labels:controller-1',
		'14|N/A|RUNNING|None|n2|somebody | else',
		'15|1|RUNNING|None|n2|(null)',
		'',
	].join('\n');
	t.deepEqual(
		parseQueue(text).map(({ submission, task, view }) => [submission, task, view.state, view.id]),
		[
			['abc', 0, 'running', '12_0'],
			['abc', 3, 'queued', '12_3'],
			['controller-1', null, 'queued', '13'],
		],
	);
});

test('states of Slurm mean whether a job is to come, at work or over, and why', t => {
	const of = (state: string, reason = 'None'): string[] => {
		const view = viewOf(state, reason, '7', 'n1');
		return [view.state, view.cause];
	};
	for (const state of ['PENDING', 'REQUEUED', 'SUSPENDED', 'REQUEUE_HOLD'])
		t.is(of(state)[0], 'queued', state);
	for (const state of ['RUNNING', 'COMPLETING']) t.is(of(state)[0], 'running', state);
	for (const state of ['NODE_FAIL', 'PREEMPTED', 'TIMEOUT', 'BOOT_FAIL', 'COMPLETED'])
		t.deepEqual(of(state), ['ended', 'lost'], state);
	t.deepEqual(of('FAILED', 'JobLaunchFailure'), ['ended', 'lost']);
	for (const reason of ['NonZeroExitCode', '']) t.deepEqual(of('FAILED', reason), ['ended', 'script']);
	t.deepEqual(of('OUT_OF_MEMORY'), ['ended', 'memory']);
	t.deepEqual(of('CANCELLED by 1000'), ['ended', 'cancelled']);
	t.deepEqual(of('CANCELLED', 'DependencyNeverSatisfied'), ['ended', 'dependency']);
	t.is(viewOf('TIMEOUT', 'TimeLimit', '7_1', '').reason, 'Slurm job 7_1 ended as TIMEOUT (TimeLimit)');
});
