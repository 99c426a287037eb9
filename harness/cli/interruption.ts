/** Why a run stopped early: a person or a scheduler asked for it. */
export class Interruption extends Error {
	override readonly name = 'Interruption';
}

/**
 * A signal that the first Ctrl-C (SIGINT) or SIGTERM aborts; a second one ends the process at once.
 *
 * @param onFirst told when the first one comes
 */
export function interruptionSignal(onFirst: () => void = () => {}): AbortSignal {
	const controller = new AbortController();
	const stop = (): void => {
		if (controller.signal.aborted) process.exit(130);
		controller.abort(new Interruption('interrupted'));
		onFirst();
	};
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);
	return controller.signal;
}
