import test from 'ava';
import { checkCompiler, checkPip, checkScheduler, checkSource } from '../../../harness/doctor/tool-checks.ts';
import { makeEnvironment } from '../tensor/provision/fake-programs.ts';

test('a missing compiler is a problem only while there is no runtime', async t => {
	const environment = makeEnvironment();
	t.is((await checkCompiler(environment, false)).status, 'problem');
	const check = await checkCompiler(environment, true);
	t.is(check.status, 'warning');
	t.regex(check.advice ?? '', /install one/);
});

test('shows compiler and pip by their versions', async t => {
	const environment = makeEnvironment({ 'c++': 'echo g++ 99', python3: 'echo pip 99' });
	t.like(await checkCompiler(environment, false), { status: 'ok', detail: 'g++ 99' });
	t.like(await checkPip(environment), { status: 'ok', detail: 'pip 99' });
	t.is((await checkPip(makeEnvironment())).status, 'warning');
});

test('says whether Slurm is there', async t => {
	const none = await checkScheduler(makeEnvironment());
	t.like(none, { status: 'ok', data: { slurm: null } });
	t.regex(none.detail, /^none \(no sbatch\)/);
	const slurm = await checkScheduler(makeEnvironment({ sbatch: 'echo slurm 23.02.1' }));
	t.regex(slurm.detail, /^slurm 23\.02\.1: /);
});

test('shows commit and modified files, or that there is no repository', async t => {
	const git = (modified: string) => `
case "$1" in rev-parse) echo 0123456789abcdef0123456789abcdef01234567;; status) printf '${modified}';; esac`;
	t.like(await checkSource(makeEnvironment({ git: git('') })), {
		status: 'ok',
		detail: 'commit 0123456789ab',
	});
	const changed = await checkSource(makeEnvironment({ git: git(' M a.ts\\n M b.ts\\n') }));
	t.like(changed, { status: 'warning', detail: 'commit 0123456789ab, 2 files modified' });
	t.like(await checkSource(makeEnvironment({ git: 'exit 128' })), { status: 'ok', data: { commit: null } });
});
