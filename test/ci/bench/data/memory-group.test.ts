import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { findParent, makeMemoryGroup } from '../../../../ci/bench/data/memory-group.ts';
import { temporaryFolder } from '../../../harness/data/temporary-folder.ts';

test('a group of v1 goes below the own one, a group of v2 beside it', t => {
	const root = temporaryFolder(t);
	const v1 = path.join(root, 'memory', 'jobs', '7');
	mkdirSync(v1, { recursive: true });
	writeFileSync(path.join(v1, 'memory.limit_in_bytes'), '1');
	t.deepEqual(findParent({ root, own: '5:cpu:/\n4:memory:/jobs/7\n0::/jobs\n' }), {
		version: 'v1',
		folder: v1,
	});
	const v2 = path.join(root, 'user.slice');
	mkdirSync(v2);
	writeFileSync(path.join(v2, 'cgroup.subtree_control'), 'cpu memory pids\n');
	t.deepEqual(findParent({ root, own: '0::/user.slice/job\n' }), { version: 'v2', folder: v2 });
});

test('why no group can be made is told', t => {
	const root = temporaryFolder(t);
	t.is(findParent({ root, own: '' }), 'this system has no control groups');
	t.is(findParent({ root, own: '4:memory:/a\n' }), `${root}/memory/a has no memory.limit_in_bytes`);
	t.is(findParent({ root, own: '0::/a/b\n' }), `${root}/a is no control group`);
	mkdirSync(path.join(root, 'a'));
	writeFileSync(path.join(root, 'a', 'cgroup.subtree_control'), 'cpu\n');
	t.is(findParent({ root, own: '0::/a/b\n' }), `${root}/a/cgroup.subtree_control does not list memory`);
});

test('a process that holds more than its group gets is killed, one that reads more is not', async t => {
	const group = makeMemoryGroup(100e6);
	// Mostly for want of rights: the reason is what matters then.
	if (typeof group === 'string') {
		t.true(group.length > 0);
		t.log(group);
		return;
	}
	try {
		const file = path.join(temporaryFolder(t), 'zeros');
		const run = (script: string) => {
			const [program, ...rest] = group.command(['sh', '-c', script]);
			return spawnSync(program, rest);
		};
		const written = run(`head -c 200000000 /dev/zero > '${file}' && cat '${file}' > /dev/null`);
		t.is(written.status, 0);
		const { peak, limitMet, killed } = group.read();
		t.true(peak > 90e6 && peak <= 100e6, `${peak}`);
		t.true(limitMet > 0);
		t.is(killed, 0);
		const held = run(`exec '${process.execPath}' -e 'Buffer.alloc(200e6, 1)'`);
		t.not(held.status, 0);
		t.true(group.read().killed > 0);
	} finally {
		await group.remove();
	}
});
