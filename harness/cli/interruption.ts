import { Interruption } from '../interruption.ts';

/**
 * A signal that the first Ctrl-C (SIGINT), SIGTERM or SIGUSR1 aborts; a second one ends the process at once. Schedulers
 * send SIGTERM when they take a machine back and, where they are asked to, SIGUSR1 before the time limit.
 *
 * @param onFirst told when the first one comes
 */
export function interruptionSignal(onFirst: () => void = () => {}): AbortSignal {
	const controller = new AbortController();
	const stop = (name: NodeJS.Signals): void => {
		if (controller.signal.aborted) process.exit(130);
		controller.abort(new Interruption('interrupted', name));
		onFirst();
	};
	for (const name of ['SIGINT', 'SIGTERM', 'SIGUSR1'] as const) process.on(name, stop);
	return controller.signal;
}
