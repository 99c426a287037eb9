/** How TensorFlow executes; what is absent stays as the environment has it. */
export interface ExecutionOptions {
	/** Whether XLA compiles clusters of a graph's operations. It may round differently. Default false. */
	readonly xla?: boolean;
	/** Whether a GPU may multiply float32 in TF32, with 10 bits of mantissa. TensorFlow's default is `on`. */
	readonly tf32?: 'on' | 'off';
	/** Only kernels that repeat their sums in the same order; operations without one are refused. Default false. */
	readonly deterministic?: boolean;
	/** Threads within an operation. Default: the cores. */
	readonly threads?: number;
	/** Operations of a graph that run at the same time. Default: the cores. */
	readonly interopThreads?: number;
}

/** Flags of TensorFlow's XLA bridge: clusters wherever they can be, also on a CPU. */
const xlaFlags = ['--tf_xla_auto_jit=2', '--tf_xla_cpu_global_jit'] as const;

/**
 * The environment variables that say it to TensorFlow and to NVIDIA's libraries. They are read once, when the native
 * library loads or first computes.
 *
 * @param environment what is set already: flags of XLA are added to its own
 */
export function executionVariables(
	options: ExecutionOptions,
	environment: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
	const { xla = false, tf32, deterministic = false, threads, interopThreads } = options;
	const given = environment.TF_XLA_FLAGS?.split(/\s+/u).filter(flag => flag !== '') ?? [];
	// Of a flag that stands twice the last one counts.
	const kept = given.filter(flag => !xlaFlags.some(own => own.split('=')[0] === flag.split('=')[0]));
	return {
		...(xla && { TF_XLA_FLAGS: [...kept, ...xlaFlags].join(' ') }),
		...(tf32 && { NVIDIA_TF32_OVERRIDE: tf32 === 'on' ? '1' : '0' }),
		...(deterministic && { TF_DETERMINISTIC_OPS: '1' }),
		...(threads !== undefined && { TF_NUM_INTRAOP_THREADS: String(threads) }),
		...(interopThreads !== undefined && { TF_NUM_INTEROP_THREADS: String(interopThreads) }),
	};
}

/** Sets the variables of this process; has to come before the first use of `tf`. */
export function applyExecutionOptions(options: ExecutionOptions): void {
	Object.assign(process.env, executionVariables(options, process.env));
}

/** What the variables say, set by options or by hand, for the records of a run. */
export function describeExecutionVariables(environment: Readonly<Record<string, string | undefined>>) {
	const override = environment.NVIDIA_TF32_OVERRIDE;
	return {
		// Level −1 or 0 is off; TensorFlow also takes `single-gpu(2)`.
		xla: /tf_xla_auto_jit=(?!0|-1)/u.test(environment.TF_XLA_FLAGS ?? ''),
		deterministicKernels: /^(?:1|true)$/iu.test(environment.TF_DETERMINISTIC_OPS ?? ''),
		tf32: override === '0' ? 'off' : override === undefined ? 'as the GPU has it' : 'on',
	};
}
