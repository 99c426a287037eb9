import test from 'ava';
import { diagnose } from '../../../harness/doctor/check.ts';

const check = (status: 'ok' | 'warning' | 'problem') =>
	({ id: status, title: status, status, detail: '' }) as const;

test('warnings do not stand in the way of training, problems do', t => {
	t.true(diagnose([]).ok);
	t.true(diagnose([check('ok'), check('warning')]).ok);
	t.false(diagnose([check('ok'), check('problem'), check('warning')]).ok);
});
