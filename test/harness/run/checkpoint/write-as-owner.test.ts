import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { openLatestCheckpoint } from '../../../../harness/run/checkpoint/checkpoint-folder.ts';
import { writeCheckpointAsOwner } from '../../../../harness/run/checkpoint/write-as-owner.ts';
import { LostLockError } from '../../../../harness/run/lock/run-lock.ts';
import { readEvents } from '../../../../harness/run/run-folder.ts';

const content = {
	runId: '0123456789ab',
	step: 7,
	memory: { seen: 3 },
	tensors: [{ name: 'a', shape: [2], values: () => Float32Array.of(1, 2) }],
};

test('an owner writes a checkpoint and notes it; who has lost the folder writes nothing', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-owner-'));
	t.teardown(() => rmSync(folder, { recursive: true }));
	const lost = {
		assertHeld() {
			throw new LostLockError('another process has the folder');
		},
	};
	t.throws(() => writeCheckpointAsOwner(folder, lost, content), { instanceOf: LostLockError });
	t.false(existsSync(path.join(folder, 'checkpoints')));
	t.deepEqual(readEvents(folder), []);

	writeCheckpointAsOwner(folder, { assertHeld() {} }, content);
	t.is(openLatestCheckpoint(folder, () => t.fail())!.state.step, 7);
	const [event] = readEvents(folder);
	t.like(event, { event: 'checkpoint', step: 7 });
	t.true(Number(event!.ms) >= 0);
});
