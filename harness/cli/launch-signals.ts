import { exitCodes } from '../errors.ts';
import { Interruption } from '../interruption.ts';
import type { LaunchSignals } from '../launch/executor.ts';

// A terminal's Ctrl-C reaches npm and this process, and npm passes it on.
const oneKeyMs = 500;

/**
 * What a launch is told by Ctrl-C: the first submits nothing more and lets local runs write a checkpoint, the second
 * cancels, the third ends this process at once. A scheduler's SIGTERM and SIGUSR1 are the first and never the second.
 *
 * @param tell told once for each of the first two
 */
export function launchSignals(tell: (stage: 'stop' | 'cancel') => void): LaunchSignals {
	const [stop, cancel] = [new AbortController(), new AbortController()];
	let lastAt = Number.NEGATIVE_INFINITY;
	const first = (): void => {
		if (stop.signal.aborted) return;
		stop.abort(new Interruption('interrupted'));
		tell('stop');
	};
	process.on('SIGTERM', first);
	process.on('SIGUSR1', first);
	process.on('SIGINT', () => {
		const now = performance.now();
		if (now - lastAt < oneKeyMs) return;
		lastAt = now;
		if (!stop.signal.aborted) {
			first();
		} else if (cancel.signal.aborted) {
			process.exit(exitCodes.interrupted);
		} else {
			cancel.abort(new Interruption('cancelled'));
			tell('cancel');
		}
	});
	return { stop: stop.signal, cancel: cancel.signal };
}
