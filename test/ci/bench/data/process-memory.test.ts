import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { readProcessMemory } from '../../../../ci/bench/data/process-memory.ts';

const linux = process.platform === 'linux' ? test : test.skip;

linux('memory is that of a process and of what it started', async t => {
	const script =
		"const held = Buffer.alloc(60e6, 1); const { spawn } = require('child_process');" +
		"spawn(process.execPath, ['-e', 'globalThis.held = Buffer.alloc(80e6, 1); console.log(1); setInterval(() => {}, 1e6)']," +
		"{ stdio: ['ignore', 1, 2] }); setInterval(() => held, 1e6)";
	const child = spawn(process.execPath, ['-e', script], {
		stdio: ['ignore', 'pipe', 'inherit'],
		detached: true,
	});
	try {
		await once(child.stdout!, 'data');
		const { own, resident, files, highest, processorSeconds } = readProcessMemory(child.pid as number);
		t.true(own > 140e6 && own < 400e6, `${own}`);
		t.true(Math.abs(resident - own - files) < 20e6);
		t.true(highest > 60e6 && highest < own);
		t.true(processorSeconds > 0);
	} finally {
		// The whole group that it leads.
		process.kill(-(child.pid as number), 'SIGKILL');
	}
});

linux('of a process that has ended there is nothing', async t => {
	const child = spawn(process.execPath, ['-e', '']);
	await once(child, 'exit');
	t.is(readProcessMemory(child.pid as number).own, 0);
});
