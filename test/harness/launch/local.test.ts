import test from 'ava';
import { createLocalExecutor } from '../../../harness/launch/local.ts';
import { testExecutor } from './conformance.ts';

testExecutor(test, {
	name: 'local',
	create: createLocalExecutor,
	options: () => ({}),
	firstInterruptionEndsJobs: true,
	patienceMs: 400,
});
