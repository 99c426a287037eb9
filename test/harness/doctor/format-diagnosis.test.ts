import test from 'ava';
import { type Check, diagnose } from '../../../harness/doctor/check.ts';
import { formatDiagnosis } from '../../../harness/doctor/format-diagnosis.ts';

const fine: Check = { id: 'node', title: 'Node', status: 'ok', detail: '20.20.2', advice: 'not shown' };
const slow: Check = { id: 'disk', title: 'Disk', status: 'warning', detail: '1 GB', advice: 'free some' };
const broken: Check = {
	id: 'tensorflow',
	title: 'TensorFlow',
	status: 'problem',
	detail: 'a\nb',
	advice: 'setup',
};

test('a machine can train unless a check found a problem', t => {
	t.true(diagnose([fine, slow]).ok);
	t.false(diagnose([fine, broken]).ok);
});

test('lines up marks, titles and advice', t => {
	t.is(
		formatDiagnosis(diagnose([fine, slow, broken]), false),
		[
			'✓ Node        20.20.2',
			'! Disk        1 GB',
			'              → free some',
			'✗ TensorFlow  a',
			'              b',
			'              → setup',
			'',
			'This machine cannot train yet: 1 problem.',
			'',
		].join('\n'),
	);
});

test('colours only when asked to', t => {
	const diagnosis = diagnose([fine]);
	t.false(formatDiagnosis(diagnosis, false).includes('\u001B'));
	t.true(formatDiagnosis(diagnosis, true).includes('\u001B[32m✓'));
	t.true(formatDiagnosis(diagnosis, false).endsWith('\nThis machine can train.\n'));
});
