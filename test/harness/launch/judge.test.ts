import test from 'ava';
import type { View } from '../../../harness/launch/backend.ts';
import type { JobStatus } from '../../../harness/launch/job-files.ts';
import { type Evidence, judge } from '../../../harness/launch/judge.ts';

const evidence = (given: Partial<Evidence>): Evidence => ({
	status: undefined,
	owned: false,
	began: true,
	seen: undefined,
	view: undefined,
	answered: true,
	settled: true,
	stopping: false,
	requeues: true,
	...given,
});
const status = (state: JobStatus['state'], exitCode: number | null, message = ''): JobStatus => ({
	schemaVersion: 1,
	token: 'x',
	state,
	exitCode,
	signal: null,
	message,
	askedBy: null,
	host: 'h',
	scheduler: { jobId: '7', arrayJobId: null, arrayTaskId: null, restartCount: 0 },
	startedAt: 1,
	endedAt: 2,
});
const view = (state: View['state'], cause: View['cause'] = 'lost', reason = 'why'): View => ({
	state,
	cause,
	reason,
});

test('the job’s own word goes before the scheduler’s', t => {
	t.deepEqual(judge(evidence({ status: status('done', 0), view: view('ended') })), {
		verdict: 'end',
		end: { state: 'done', message: '', exitCode: 0 },
	});
	t.deepEqual(judge(evidence({ status: status('failed', 3, 'NaN'), view: view('queued') })), {
		verdict: 'end',
		end: { state: 'failed', message: 'NaN', exitCode: 3 },
	});
});

test('a process that lives goes before a scheduler that has given the job up', t => {
	t.is(judge(evidence({ owned: true, view: view('ended') })).verdict, 'running');
	t.is(judge(evidence({ seen: { state: 'running' }, view: view('ended') })).verdict, 'running');
});

test('a job that was asked to end goes on waiting while the scheduler has it in the queue', t => {
	t.is(judge(evidence({ status: status('interrupted', 130), view: view('queued') })).verdict, 'waiting');
});

test('nothing is concluded while the scheduler does not answer, or before files had time to be seen', t => {
	t.is(judge(evidence({ answered: false })).verdict, 'waiting');
	t.is(judge(evidence({ settled: false, view: view('ended') })).verdict, 'silent');
});

test('a job that ended without a word is lost, unless its result is there', t => {
	t.deepEqual(judge(evidence({ view: view('ended') })), { verdict: 'lost', how: 'why' });
	t.deepEqual(judge(evidence({})), { verdict: 'lost', how: 'its process died without a word' });
	t.like(judge(evidence({ seen: { state: 'done' } })), { end: { state: 'done' } });
});

test('cancelled, out of memory and interrupted jobs are not tried again; a blocked one waits for its turn', t => {
	t.like(judge(evidence({ view: view('ended', 'cancelled') })), {
		end: { state: 'interrupted', message: 'why' },
	});
	t.like(judge(evidence({ view: view('ended', 'memory') })), { end: { state: 'failed', message: 'why' } });
	t.like(judge(evidence({ stopping: true, view: view('ended') })), { end: { state: 'interrupted' } });
	t.like(judge(evidence({ requeues: false, status: status('interrupted', 130, 'by hand') })), {
		end: { state: 'interrupted', message: 'by hand', exitCode: 130 },
	});
	t.is(judge(evidence({ view: view('ended', 'dependency') })).verdict, 'returned');
	t.like(judge(evidence({ view: view('ended', 'dependency'), stopping: true })), {
		end: { state: 'interrupted' },
	});
});

test('a script that ends with an exit code before the job began is an error, later it is a loss', t => {
	const failed = { ...view('ended', 'script', 'Slurm job 7_0 ended as FAILED'), log: 'logs/slurm-7_0.log' };
	const found = judge(evidence({ view: failed, began: false }));
	t.deepEqual(found, {
		verdict: 'end',
		end: {
			state: 'failed',
			message:
				'Slurm job 7_0 ended as FAILED before it came to the job: its script failed; see logs/slurm-7_0.log',
			exitCode: null,
		},
	});
	t.is(judge(evidence({ view: failed })).verdict, 'lost', 'the process around the job was killed');
	const asked = status('interrupted', 130);
	t.is(judge(evidence({ view: failed, began: false, status: asked })).verdict, 'lost');
	const lostNode = view('ended', 'lost', 'Slurm job 7_0 ended as NODE_FAIL');
	t.is(judge(evidence({ view: lostNode, began: false })).verdict, 'lost');
	t.is(judge(evidence({ view: failed, began: false, settled: false })).verdict, 'silent');
});
