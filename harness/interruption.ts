/** Why a run stopped early: a person or a scheduler asked for it. */
export class Interruption extends Error {
	override readonly name = 'Interruption';
	/** What the process was sent; null if nobody sent anything. */
	readonly signal: NodeJS.Signals | null;

	constructor(message: string, signal: NodeJS.Signals | null = null) {
		super(message);
		this.signal = signal;
	}
}

/** What a signal means, as far as the process can tell. */
function causeOf(signal: NodeJS.Signals, inSlurm: boolean): string {
	if (signal === 'SIGUSR1') return 'the time limit of the job comes near';
	if (signal === 'SIGINT') return 'by hand (Ctrl-C), or by the launcher that was interrupted';
	// Slurm does not say to the process which of them it is.
	return inSlurm
		? 'by Slurm: pre-emption, cancellation or time limit'
		: 'asked to end, by hand or by the machine';
}

/**
 * For the events of a run: the signal that interrupted it and what that means; nothing if it was no signal.
 *
 * @param reason of the aborted `AbortSignal`
 */
export function describeInterruption(
	reason: unknown,
	environment: Readonly<Record<string, string | undefined>> = process.env,
): { signal?: NodeJS.Signals; cause?: string } {
	if (!(reason instanceof Interruption) || reason.signal === null) return {};
	return { signal: reason.signal, cause: causeOf(reason.signal, environment.SLURM_JOB_ID !== undefined) };
}
