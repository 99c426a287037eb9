import test from 'ava';
import { checkGpu, checkRuntime } from '../../../harness/doctor/runtime-checks.ts';
import { makeEnvironment } from '../tensor/provision/fake-programs.ts';

test("this machine's runtime loads and computes rightly", async t => {
	const check = await checkRuntime(process.env);
	t.not(check.status, 'problem', check.detail);
	t.regex(
		check.detail,
		/^\d+\.\d+\.\d+ \((cpu|cuda), from (pip|path|package)\), computes rightly, uses the (CPU|GPU): /,
	);
	t.like(check.data, { ready: true, loads: true });
});

test('a missing runtime is a problem that setup solves', async t => {
	const environment = makeEnvironment();
	const check = await checkRuntime(environment);
	t.is(check.status, 'problem');
	t.is(check.detail, `no runtime in ${environment.FEWER_LABELS_CACHE} fits this version`);
	t.is(check.advice, 'run `npx fewer-labels setup`');
});

test('a named runtime folder that is not ready is named', async t => {
	const check = await checkRuntime(makeEnvironment({}, { FEWER_LABELS_RUNTIME: '/nonexistent' }));
	t.is(check.detail, 'FEWER_LABELS_RUNTIME=/nonexistent: no ready runtime in this folder');
});

test('lists GPUs, and says when they are hidden', async t => {
	const script = 'echo "NVIDIA H100 80GB HBM3, 81559, 580.159.04, 9.0"';
	const hidden = await checkGpu(makeEnvironment({ 'nvidia-smi': script }, { CUDA_VISIBLE_DEVICES: '' }));
	t.is(hidden.status, 'warning');
	t.is(hidden.detail, 'NVIDIA H100 80GB HBM3 (81559 MiB, driver 580.159.04), hidden from this process');
	t.deepEqual(hidden.data?.gpus, [
		{ name: 'NVIDIA H100 80GB HBM3', memoryMebibytes: 81559, driver: '580.159.04', computeCapability: '9.0' },
	]);
});

test('a driver that does not answer is a warning; no driver is none', async t => {
	const hide = { CUDA_VISIBLE_DEVICES: '' };
	const broken = await checkGpu(makeEnvironment({ 'nvidia-smi': 'echo "no devices"; exit 9' }, hide));
	t.like(broken, { status: 'warning', detail: 'an NVIDIA driver is there, but nvidia-smi fails no devices' });
	t.like(await checkGpu(makeEnvironment({}, hide)), { status: 'ok', detail: 'none' });
});
