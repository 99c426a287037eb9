import { spawnSync } from 'node:child_process';
import test from 'ava';
import { isAlive } from '../../harness/is-alive.ts';

test('this process lives, one that has ended does not', t => {
	t.true(isAlive(process.pid));
	t.false(isAlive(spawnSync(process.execPath, ['-e', '']).pid));
});
