import test from 'ava';
import { describeExecutionVariables, executionVariables } from '../../../harness/tensor/execution-options.ts';

test('options that are not given set nothing', t => {
	t.deepEqual(executionVariables({}), {});
	t.deepEqual(executionVariables({ xla: false, deterministic: false }), {});
});

test('each option becomes the variable that the native libraries read', t => {
	t.deepEqual(
		executionVariables({ xla: true, tf32: 'off', deterministic: true, threads: 4, interopThreads: 2 }),
		{
			TF_XLA_FLAGS: '--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit',
			NVIDIA_TF32_OVERRIDE: '0',
			TF_DETERMINISTIC_OPS: '1',
			TF_NUM_INTRAOP_THREADS: '4',
			TF_NUM_INTEROP_THREADS: '2',
		},
	);
	t.deepEqual(executionVariables({ tf32: 'on' }), { NVIDIA_TF32_OVERRIDE: '1' });
});

test('other flags of XLA that are set already stay, those of the option are replaced', t => {
	const given = { TF_XLA_FLAGS: '--tf_xla_min_cluster_size=8  --tf_xla_auto_jit=0' };
	t.deepEqual(executionVariables({ xla: true }, given), {
		TF_XLA_FLAGS: '--tf_xla_min_cluster_size=8 --tf_xla_auto_jit=2 --tf_xla_cpu_global_jit',
	});
});

test('records say what the variables ask for', t => {
	const all = executionVariables({ xla: true, tf32: 'off', deterministic: true });
	t.deepEqual(describeExecutionVariables(all), { xla: true, deterministicKernels: true, tf32: 'off' });
	t.deepEqual(describeExecutionVariables({}), {
		xla: false,
		deterministicKernels: false,
		tf32: 'as the GPU has it',
	});
	t.is(describeExecutionVariables(executionVariables({ tf32: 'on' })).tf32, 'on');
	for (const off of ['--tf_xla_auto_jit=0', '--tf_xla_auto_jit=-1', '--tf_xla_cpu_global_jit']) {
		t.false(describeExecutionVariables({ TF_XLA_FLAGS: off }).xla, off);
	}
	t.false(describeExecutionVariables({ TF_DETERMINISTIC_OPS: '0' }).deterministicKernels);
});
