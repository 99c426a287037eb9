import { type Command, Option } from 'commander';
import type { ProvisionOptions } from '../tensor/provision/provision.ts';

type SetupOptions = Omit<ProvisionOptions, 'environment'> & { readonly json?: boolean };

/** Adds `setup`: provisions the native TensorFlow runtime, once per machine. */
export function register(program: Command): void {
	program
		.command('setup')
		.description(
			'get the native TensorFlow runtime for this machine ready (once; 15 to 90 s and 1 GB, CUDA 7 GB)',
		)
		.addOption(
			new Option(
				'--flavour <flavour>',
				'build of TensorFlow; default: cuda if an NVIDIA GPU is visible',
			).choices(['cpu', 'cuda']),
		)
		.option(
			'--tensorflow <path>',
			'use this TensorFlow: a wheel, an installed Python package, or libtensorflow',
		)
		.option('--force', 'make the runtime again even if it is ready')
		.option('--json', 'print the runtime as JSON on stdout')
		.addHelpText(
			'after',
			`
The runtime goes into $FEWER_LABELS_CACHE (default: $XDG_CACHE_HOME/fewer-labels, else ~/.cache/fewer-labels),
never into node_modules. It needs a C++17 compiler and, unless --tensorflow is given, Python with pip.

Examples:
  $ fewer-labels setup                                   from pip, CPU or CUDA as the machine has it
  $ fewer-labels setup --flavour cpu                     no CUDA, also on a machine with a GPU
  $ fewer-labels setup --tensorflow tensorflow_cpu.whl   offline, from a wheel fetched elsewhere
  $ fewer-labels setup --tensorflow "$(python3 -c 'import tensorflow as t; print(t.__path__[0])')"
  $ fewer-labels setup --force --json                    make it again; where it is, for scripts

Variables: FEWER_LABELS_RUNTIME (use this runtime folder), FEWER_LABELS_FLAVOUR (cpu or cuda, for all commands),
CXX (compiler), PIP_INDEX_URL and other settings of pip.`,
		)
		.action(async ({ json, ...options }: SetupOptions) => {
			const { provisionRuntime } = await import('../tensor/provision/provision.ts');
			const startMs = performance.now();
			let lines = 0;
			const runtime = await provisionRuntime(options, line => {
				lines++;
				process.stderr.write(`setup: ${line}\n`);
			});
			if (json) {
				const made = lines > 0;
				const durationMs = Math.round(performance.now() - startMs);
				process.stdout.write(`${JSON.stringify({ ...runtime, made, durationMs })}\n`);
			} else if (lines === 0) {
				process.stderr.write(
					`setup: TensorFlow ${runtime.tensorflowVersion} (${runtime.flavour}) is ready: ${runtime.folder}\n`,
				);
			}
		});
}
