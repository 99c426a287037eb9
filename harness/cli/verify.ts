import { appendFileSync } from 'node:fs';
import type { Command } from 'commander';
import { EnvironmentError, exitCodes } from '../errors.ts';

interface VerifyOptions {
	readonly network: readonly string[];
	readonly json?: true;
	readonly allocate?: true;
}

export function register(program: Command): void {
	program
		.command('verify')
		.description(
			"compare every tensor of the networks with the paper's Tables 10 and 11, and of the feature extractor with Keras",
		)
		.option(
			'--network <name>',
			'check this network only, for example generator-128; may be repeated',
			(name: string, names: string[]) => [...names, name],
			[] as string[],
		)
		.option(
			'--allocate',
			'also create the variables in TensorFlow and count what was created (about a minute)',
		)
		.option('--json', 'print the result as JSON on stdout')
		.addHelpText(
			'after',
			`
At 128×128 names, shapes, sizes and order are compared; at 256×256 and 512×512 the totals. So are those of the
feature extractor of §3.1 with both heads: feature-extractor-w16 is the paper's width, -w4 the standard ResNet-50 v2.
Exit code 4 if a network is not the reference. In GitHub Actions each mismatch becomes an annotation and the
tables are appended to the summary of the job.

Examples:
  $ fewer-labels verify
  $ fewer-labels verify --network generator-128 --network discriminator-128
  $ fewer-labels verify --json | jq '.networks[] | select(.expected != .actual)'`,
		)
		.action(verify);
}

async function verify(options: VerifyOptions): Promise<void> {
	const { gatedNetworks } = await import('../verify/gated-networks.ts');
	const { selectNetworks, verifyParameters } = await import('../verify/verify-parameters.ts');
	const { formatAnnotations, formatSummary, formatVerification } = await import(
		'../verify/print-verification.ts'
	);
	const networks = selectNetworks(gatedNetworks(), options.network);
	const verification = options.allocate
		? (await import('../verify/count-allocated.ts')).verifyAllocatedParameters(networks, name =>
				process.stderr.write(`Creating ${name} …\n`),
			)
		: verifyParameters(networks);

	process.stdout.write(
		options.json ? `${JSON.stringify(verification, null, 2)}\n` : formatVerification(verification, networks),
	);
	if (process.env.GITHUB_ACTIONS) {
		process.stderr.write(formatAnnotations(verification, networks));
	}

	if (process.env.GITHUB_STEP_SUMMARY) {
		appendSummary(process.env.GITHUB_STEP_SUMMARY, formatSummary(verification, networks));
	}

	if (!verification.ok) {
		process.exitCode = exitCodes.compliance;
	}
}

function appendSummary(file: string, text: string): void {
	try {
		appendFileSync(file, text);
	} catch (error) {
		throw new EnvironmentError(
			`GITHUB_STEP_SUMMARY: cannot append to ${file}: ${(error as Error).message}`,
			'name a writable file, or unset the variable',
			error,
		);
	}
}
