import path from 'node:path';
import type { Command } from 'commander';

interface PrepareOptions {
	readonly profile: string;
	readonly data: string;
	readonly shared: string;
	readonly json?: boolean;
}

/** What the runs of a grid share, done once before them; `run` calls it, people rarely need to. */
export function register(program: Command): void {
	program
		.command('prepare')
		.description('load a data set and train its feature network, as `run` does before the first run')
		.requiredOption('--profile <name>', 'size: smoke or proxy-32')
		.requiredOption('--data <source>', 'shapes, cifar10:DIR or folder:DIR')
		.requiredOption('--shared <folder>', 'where the feature network is kept')
		.option('--json', 'print progress and what was prepared as JSON lines on stdout')
		.addHelpText(
			'after',
			'\nExample:\n  $ fewer-labels prepare --profile smoke --data shapes --shared runs/a/shared',
		)
		.action(prepare);
}

async function prepare(options: PrepareOptions): Promise<void> {
	const { findProfile } = await import('../suite/profiles.ts');
	const { prepareData } = await import('../run/prepare.ts');
	const print = (message: unknown): void => {
		process.stdout.write(`${JSON.stringify(message)}\n`);
	};
	const { dataSet, network } = await prepareData({
		profile: findProfile(options.profile),
		data: options.data,
		sharedFolder: path.resolve(options.shared),
		report(progress) {
			if (options.json) print({ event: 'progress', ...progress });
			else process.stderr.write(`${progress.text}\n`);
		},
	});
	const reply = {
		dataSet: { name: dataSet.name, digest: dataSet.digest, testCount: dataSet.test.count },
		networkFingerprint: network.fingerprint,
		networkTestAccuracy: network.testAccuracy,
	};
	network.dispose();
	if (options.json) print({ event: 'result', result: reply });
	else print(reply);
}
