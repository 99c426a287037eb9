import { type Command, InvalidArgumentError } from 'commander';

interface WatchOptions {
	readonly interval: number;
	readonly once?: boolean;
	readonly json?: boolean;
}

/** q, Ctrl-C and Ctrl-D as a terminal in raw mode sends them. */
const leavingKeys = [0x71, 0x03, 0x04];

function seconds(text: string): number {
	const value = Number(text);
	if (text.trim() !== '' && value >= 0.1 && value <= 86_400) return value;
	throw new InvalidArgumentError(`expected seconds from 0.1 to 86400, got '${text}'.`);
}

/** A live view of a grid, from its files alone. */
export function register(program: Command): void {
	program
		.command('watch')
		.description('live view of a grid or a run, from its files alone: also from a login node, over ssh')
		.argument('<dir>', 'output folder of `run`, or a run folder')
		.option('--interval <seconds>', 'time between two looks', seconds, 2)
		.option('--once', 'look once and leave')
		.option('--json', 'print a JSON line for each look on stdout')
		.addHelpText(
			'after',
			`
Leave with q or Ctrl-C; runs are not touched. Ends by itself when no run is left to wait for. Where the output is no
terminal, each look is printed below the last one, without colours.

Examples:
  $ fewer-labels watch runs/a
  $ ssh cluster fewer-labels watch --once /scratch/runs/paper`,
		)
		.action(watch);
}

async function watch(folder: string, { interval, once = false, json = false }: WatchOptions): Promise<void> {
	const [{ createScanner }, { summarise, nameOf }, { formatWatch }, { staleRuns }] = await Promise.all([
		import('../watch/scan-runs.ts'),
		import('../watch/summarise.ts'),
		import('../watch/format-watch.ts'),
		import('../suite/plan/stale-runs.ts'),
	]);
	const scan = createScanner(folder);
	const output = process.stdout;
	const live = output.isTTY === true && !json && !once;
	let grid: ReturnType<typeof scan>['grid'] = null;
	let stale: ReadonlyMap<string, string> = new Map();
	const leave = listenForLeaving(live);
	let drawn = 0;
	try {
		for (;;) {
			const watched = scan();
			// Code does not change while it runs: only another grid can bring other answers.
			if (watched.grid !== grid) {
				grid = watched.grid;
				stale = grid === null ? new Map() : await staleRuns(watched.folder, grid);
			}
			const now = Date.now();
			if (json) {
				const runs = watched.runs.map(({ listed: _, ...run }, index) => ({
					name: nameOf(watched.runs[index]!),
					...run,
				}));
				const { unlisted } = watched;
				const line = {
					time: now,
					folder: watched.folder,
					...summarise(watched, stale),
					unlisted,
					stale: Object.fromEntries(stale),
					runs,
				};
				output.write(`${JSON.stringify(line)}\n`);
			} else {
				const columns = live ? (output.columns ?? 80) : 200;
				const rows = live ? (output.rows ?? 24) : 200;
				const lines = formatWatch(watched, stale, {
					columns,
					rows,
					colour: live && !process.env.NO_COLOR,
					now,
				});
				// Back to the first line of the last look, and clear from there.
				output.write(`${drawn > 0 ? `\u001B[${drawn}A\r\u001B[J` : ''}${lines.join('\n')}\n`);
				drawn = live ? lines.length : 0;
				if (!live && !once) output.write('\n');
			}
			const over = watched.runs.every(
				({ state }) => state === 'done' || state === 'failed' || state === 'unreadable',
			);
			if (once || over || (await leave.after(interval * 1000))) return;
		}
	} finally {
		leave.close();
	}
}

/** Waits, until time is over or the person wants to leave. */
function listenForLeaving(live: boolean): { after(milliseconds: number): Promise<boolean>; close(): void } {
	const { stdin } = process;
	let left = false;
	let wake: () => void = () => {};
	const onLeave = (): void => {
		left = true;
		wake();
	};
	const onKey = (key: Buffer): void => {
		// Ctrl-C comes as a character while the terminal is in raw mode.
		if (key.some(code => leavingKeys.includes(code))) onLeave();
	};
	const raw = live && stdin.isTTY === true;
	if (raw) {
		stdin.setRawMode(true);
		stdin.on('data', onKey);
	}
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onLeave);
	return {
		after: milliseconds =>
			new Promise(resolve => {
				if (left) return resolve(true);
				const timer = setTimeout(() => resolve(left), milliseconds);
				wake = () => {
					clearTimeout(timer);
					resolve(true);
				};
			}),
		close() {
			for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, onLeave);
			if (!raw) return;
			stdin.setRawMode(false);
			stdin.removeListener('data', onKey);
			stdin.pause();
		},
	};
}
