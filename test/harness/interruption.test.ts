import test from 'ava';
import { describeInterruption, Interruption } from '../../harness/interruption.ts';

test('events say which signal ended a run, and what it means here', t => {
	const of = (signal: NodeJS.Signals, environment = {}) =>
		describeInterruption(new Interruption('interrupted', signal), environment);
	t.deepEqual(of('SIGUSR1'), { signal: 'SIGUSR1', cause: 'the time limit of the job comes near' });
	t.regex(of('SIGINT').cause!, /Ctrl-C/u);
	t.regex(of('SIGTERM').cause!, /^asked to end/u);
	t.regex(
		of('SIGTERM', { SLURM_JOB_ID: '7' }).cause!,
		/^by Slurm: pre-emption, cancellation or time limit$/u,
	);
	t.deepEqual(describeInterruption(new Interruption('cancelled')), {});
	t.deepEqual(describeInterruption(new Error('other')), {});
	t.deepEqual(describeInterruption(undefined), {});
});
