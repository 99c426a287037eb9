import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { jobFile, readJobRecord, writeJobStatus } from '../../../harness/launch/job-files.ts';
import { runBinary, temporaryFolder } from './run-binary.ts';

const out = path.join(temporaryFolder(test), 'grid');

test('scripts of runs are a preview until the preparation has run, and stay right afterwards', t => {
	const grid = ['run', '--suite', 'smoke', '--methods', 's3gan', '--labels', '1', '--seeds', '1'];
	const write = () => {
		const { status, stderr } = runBinary([...grid, '--launcher', 'dry', '--out', out]);
		t.is(status, 0, stderr);
		const script = readFileSync(path.join(out, 'dry', 'submit-train.sh'), 'utf8');
		return { told: stderr, refuses: /^exit 1$/mu.test(script) };
	};
	const jobs = path.join(out, 'dry', 'jobs');
	const first = write();
	t.true(first.refuses);
	t.regex(first.told, /IDs of runs follow from data and labels: .* until submit-prepare\.sh has run/u);
	t.deepEqual(
		readdirSync(jobs).filter(name => !name.startsWith('prepare-')),
		['s3gan-labels-100-seed-1-ID'],
	);

	// As the script of the preparation leaves it.
	const prepare = path.join(jobs, readdirSync(jobs).find(name => name.startsWith('prepare-'))!);
	const result = {
		dataSet: { name: 'shapes-32', digest: 'd'.repeat(64), testCount: 500 },
		networkFingerprint: 'e'.repeat(64),
		backend: 'tensorflow 2.21.0 cpu',
	};
	writeFileSync(path.join(prepare, jobFile.output), `${JSON.stringify({ event: 'result', result })}\n`);
	writeJobStatus(prepare, {
		...{ schemaVersion: 1, token: readJobRecord(prepare)!.token, state: 'done', exitCode: 0, signal: null },
		...{ message: '', askedBy: null, host: 'h', startedAt: 1, endedAt: 2 },
		scheduler: { jobId: null, arrayJobId: null, arrayTaskId: null, restartCount: 0 },
	});
	for (const time of ['once', 'again']) {
		const { refuses, told } = write();
		t.false(refuses, time);
		t.notRegex(told, /placeholders/u, time);
		t.is(readdirSync(jobs).filter(name => /^[0-9a-f]{12}$/u.test(name)).length, 1, time);
	}
});
