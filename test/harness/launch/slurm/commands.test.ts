import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import {
	callSlurm,
	SlurmArrayTooLarge,
	SlurmLimit,
	SlurmOutage,
	SlurmRefusal,
} from '../../../../harness/launch/slurm/commands.ts';

/** A program that stands in for one of Slurm's. */
function programOf(t: ExecutionContext, script: string): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'slurm-commands-'));
	t.teardown(() => rmSync(folder, { recursive: true }));
	const program = path.join(folder, 'sbatch');
	writeFileSync(program, `#!/bin/sh\n${script}\n`);
	chmodSync(program, 0o755);
	return program;
}

test('gives what a program printed', async t => {
	t.is(await callSlurm(programOf(t, 'echo "$1 $2"'), ['--parsable', 'x.sh']), '--parsable x.sh');
});

test('without client programs it says where to find them', async t => {
	const error = await t.throwsAsync(callSlurm('/nowhere/sbatch', []), { instanceOf: EnvironmentError });
	t.regex(error.message, /command not found/u);
});

test('client programs without a cluster are no ground to change options', async t => {
	const program = programOf(
		t,
		'echo "sbatch: error: fetch_config: DNS SRV lookup failed" >&2; echo "sbatch: fatal: Could not establish a configuration source" >&2; exit 1',
	);
	const error = await t.throwsAsync(callSlurm(program, []), { instanceOf: EnvironmentError });
	t.regex(error.message, /no cluster is configured \(SLURM_CONF is /u);
	t.regex(error.fix!, /set SLURM_CONF/u);
});

test('a controller that does not answer may do so later; a refusal is final', async t => {
	const away = programOf(
		t,
		'echo "squeue: error: slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2; exit 1',
	);
	await t.throwsAsync(callSlurm(away, []), { instanceOf: SlurmOutage });
	const no = programOf(
		t,
		'echo "sbatch: error: invalid partition specified: nope" >&2; echo "more" >&2; exit 1',
	);
	await t.throwsAsync(callSlurm(no, []), {
		instanceOf: SlurmRefusal,
		message: /invalid partition specified: nope; more$/u,
	});
});

test('a limit on the number of jobs is told from an outage and from limits that no waiting lifts', async t => {
	const policy =
		"sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)";
	const says = (...lines: string[]) =>
		callSlurm(programOf(t, `${lines.map(line => `echo "${line}" >&2`).join('\n')}\nexit 1`), []);
	for (const name of [
		...['QOSMaxSubmitJobPerUserLimit', 'AssocMaxSubmitJobLimit', 'QOSGrpSubmitJobsLimit'],
		...['AssocGrpSubmitJobsLimit', 'QOSMaxSubmitJobPerAccountLimit'],
	]) {
		await t.throwsAsync(says(`sbatch: error: ${name}`, policy), { instanceOf: SlurmLimit, message: name });
	}
	await t.throwsAsync(says('sbatch: error: QOSMaxWallDurationPerJobLimit', policy), {
		instanceOf: SlurmRefusal,
	});
	await t.throwsAsync(says('sbatch: error: Batch job submission failed: Invalid job array specification'), {
		instanceOf: SlurmArrayTooLarge,
	});
});

test('variables of a job around the launcher are not handed on', async t => {
	process.env.SLURM_RESTART_COUNT = '3';
	t.teardown(() => {
		delete process.env.SLURM_RESTART_COUNT;
	});
	t.is(await callSlurm(programOf(t, 'echo "[$SLURM_RESTART_COUNT]"'), []), '[]');
});
