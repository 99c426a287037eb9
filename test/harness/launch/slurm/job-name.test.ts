import test from 'ava';
import { cancelCommand, jobName } from '../../../../harness/launch/slurm/job-name.ts';

test('jobs of two grids have other names, those of one folder the same however it is written', t => {
	t.regex(jobName('/runs/a', 'train'), /^fewer-labels-train-[0-9a-f]{8}$/u);
	t.not(jobName('/runs/a', 'train'), jobName('/runs/b', 'train'));
	t.is(jobName('/runs/a/', 'train'), jobName('/runs/b/../a', 'train'));
});

test('the launcher is ended before its jobs', t => {
	const tag = jobName('/runs/a', 'x').slice(-8);
	t.is(
		cancelCommand('/runs/a', ['prepare', 'train']),
		`scancel --name=fewer-labels-launcher-${tag} && scancel --name=fewer-labels-prepare-${tag},fewer-labels-train-${tag}`,
	);
});
