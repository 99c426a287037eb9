import { quoteForShell } from '../quote-for-shell.ts';
import type { Grid } from './records.ts';

type GridRun = Grid['runs'][number];

/** What a manifest says of how its run was asked for. */
export interface RecordedCommand {
	readonly identity: { readonly method: string; readonly labelList?: string | undefined };
	/** See `moduleOfMethod`. */
	readonly methodModule?: string | null | undefined;
	readonly dataSet: { readonly source?: string | undefined };
	/** Arguments of the `train` that made the run. */
	readonly command: readonly string[];
}

/** Options that `train` and `run` have in common, beside those that stand in the grid. */
const sharedValues = [
	...['--evaluator', '--micro-batch', '--checkpoint-every', '--evaluate-every', '--on-collapse'],
	...['--interop-threads', '--tf32'],
];
const sharedFlags = ['--eager', '--xla', '--deterministic'];

/** Arguments with every value a word of its own: `--tf32=off` as `--tf32 off`. */
const inWords = (command: readonly string[]): string[] =>
	command.flatMap(text => /^(--[a-z0-9-]+)=(.*)$/su.exec(text)?.slice(1) ?? [text]);

/** Of the arguments of a `train`, those that `run` takes as well: how the run was measured and executed. */
export function sharedOptions(command: readonly string[]): string[] {
	const words = inWords(command);
	return words.flatMap((word, index) => {
		if (sharedFlags.includes(word)) return [word];
		const value = words[index + 1];
		return sharedValues.includes(word) && value !== undefined ? [word, value] : [];
	});
}

/**
 * The `run` that makes runs of one cell again, or goes on with them.
 *
 * @param request.runs of one method and label fraction, one or more, as the grid has them
 * @param request.recorded of one of them, or of another run of the grid, which has the same data; without it the command
 * says nothing of data, evaluator and execution
 */
export function repeatCommand(request: {
	readonly suite: string;
	readonly out: string;
	readonly runs: readonly Pick<
		GridRun,
		'method' | 'labelFraction' | 'seed' | 'profile' | 'steps' | 'options'
	>[];
	readonly recorded: RecordedCommand | undefined;
}): string {
	const { suite, out, runs, recorded } = request;
	const { method, labelFraction, profile, steps, options = {} } = runs[0]!;
	const command = inWords(recorded?.command ?? []);
	const given = (option: string): string | undefined => {
		const index = command.indexOf(option);
		return index === -1 ? undefined : command[index + 1];
	};
	// Another run of the grid may be of another method.
	const module = recorded?.identity.method === method ? recorded.methodModule : undefined;
	const list = recorded?.identity.labelList === undefined ? undefined : given('--label-list');
	const fraction = labelFraction === null ? [] : ['--labels', String(labelFraction)];
	const source = recorded?.dataSet.source;
	const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((first, second) => first - second);
	return [
		...['fewer-labels', 'run', '--suite', suite, '--methods', module ?? method],
		...(list === undefined ? fraction : ['--label-list', list]),
		...['--seeds', seeds.join(','), '--profile', profile, '--steps', String(steps)],
		...(source === undefined ? [] : ['--data', source]),
		...Object.entries(options).flatMap(([name, value]) => ['--option', `${method}.${name}=${value}`]),
		...sharedOptions(command),
		...['--out', out],
	]
		.map(quoteForShell)
		.join(' ');
}
