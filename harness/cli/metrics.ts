import type { Command } from 'commander';
import { register as registerCache } from './metrics/cache.ts';
import { register as registerInstall } from './metrics/install.ts';
import { register as registerSelfTest } from './metrics/selftest.ts';

/** Adds `metrics`: what the scores stand on. Each subcommand is `./metrics/<name>.ts`. */
export function register(program: Command): void {
	const metrics = program
		.command('metrics')
		.description(
			'install the network that FID and Inception Score stand on; test the scores themselves; look after features',
		);
	registerInstall(metrics);
	registerSelfTest(metrics);
	registerCache(metrics);
}
