import type { Command } from 'commander';
import { register as registerCheck } from './data/check.ts';
import { register as registerLists } from './data/lists.ts';
import { register as registerShow } from './data/show.ts';
import { register as registerStats } from './data/stats.ts';

/** Adds `data`: looking at data sets. Each subcommand is in `./data/`. */
export function register(program: Command): void {
	const data = program.command('data').description('check, show and count data sets; list forms and recipes');
	registerCheck(data);
	registerShow(data);
	registerStats(data);
	registerLists(data);
}
