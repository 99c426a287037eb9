import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import { lastLines, runProgram } from './run-program.ts';
import {
	bindingPackageFolder,
	nodeApiHeadersFolder,
	nodeApiVersion,
	quietLoaderSource,
} from './runtime-identity.ts';

/**
 * The C++ compiler: `$CXX` if set, else the first of c++, g++ and clang++ that starts, with its version line.
 *
 * @throws EnvironmentError if there is none
 */
export async function findCompiler(
	environment: NodeJS.ProcessEnv,
): Promise<{ readonly command: readonly string[]; readonly version: string }> {
	const given = environment.CXX?.trim();
	// $CXX may hold arguments or a wrapper, as in `ccache g++`.
	const candidates = given ? [given.split(/\s+/u)] : [['c++'], ['g++'], ['clang++']];
	for (const command of candidates) {
		const { exitCode, stdout } = await runProgram(command[0], [...command.slice(1), '--version'], {
			environment,
			timeoutMs: 60_000,
		});
		if (exitCode === 0) return { command, version: stdout.split('\n')[0] };
	}
	throw new EnvironmentError(
		given
			? `C++ compiler: $CXX is '${given}', which does not start`
			: 'C++ compiler: none of c++, g++ and clang++ is on the PATH; it builds the Node addon (6 s, once)',
		given
			? 'set CXX to a C++17 compiler, or unset it'
			: 'install one (`apt-get install g++`, `dnf install gcc-c++`), or set CXX to it, and run `setup` again',
	);
}

export interface Addons {
	/** Paths relative to the runtime folder. */
	readonly addon: string;
	readonly quietLoader: string;
}

/** The addons lie this deep so that `../../deps/lib` is the library's folder, as TensorFlow.js expects. */
const addonFolder = path.join('lib', 'napi-v8');

/**
 * Compiles the addon of TensorFlow.js against the library in `<folder>/deps`, and our quiet loader. Needs neither
 * node-gyp nor Python nor a download of Node's headers; writes nothing into node_modules.
 *
 * @throws EnvironmentError if there is no compiler or it fails
 */
export async function compileAddons(folder: string, environment: NodeJS.ProcessEnv): Promise<Addons> {
	const { command } = await findCompiler(environment);
	const binding = bindingPackageFolder();
	const dependencies = path.join(folder, 'deps');
	mkdirSync(path.join(folder, addonFolder), { recursive: true });
	const libraries = readdirSync(path.join(dependencies, 'lib')).filter(name =>
		/^libtensorflow.*\.so\.\d+$/u.test(name),
	);
	const shared = ['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${nodeApiVersion}`];

	const compile = async (name: string, arguments_: readonly string[]): Promise<string> => {
		const target = path.join(addonFolder, name);
		const partial = `${target}.partial`;
		const all = [...shared, `-I${nodeApiHeadersFolder()}`, '-o', partial, ...arguments_];
		const { exitCode, output } = await runProgram(command[0], [...command.slice(1), ...all], {
			environment,
			folder,
		});
		if (exitCode !== 0) {
			throw new EnvironmentError(
				`${command.join(' ')} cannot compile ${name}:\n${lastLines(output, 8)}`,
				'a C++17 compiler is needed (GCC 7 or Clang 5, or newer): install one or set CXX to it',
			);
		}
		renameSync(path.join(folder, partial), path.join(folder, target));
		return target;
	};

	return {
		addon: await compile('tfjs_binding.node', [
			`-I${binding}`,
			`-I${path.join(dependencies, 'include')}`,
			path.join(binding, 'binding', 'tfjs_backend.cc'),
			path.join(binding, 'binding', 'tfjs_binding.cc'),
			`-L${path.join(dependencies, 'lib')}`,
			'-Wl,-rpath,$ORIGIN/../../deps/lib',
			...libraries.map(name => `-l:${name}`),
		]),
		quietLoader: await compile('quiet_loader.node', [quietLoaderSource, '-ldl']),
	};
}
