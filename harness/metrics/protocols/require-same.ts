import { ActionableError, exitCodes } from '../../errors.ts';
import type { Protocol } from '../../run/records.ts';
import { protocolDifferences, sameProtocol } from '../protocol.ts';

/** Numbers of different protocols were about to be compared. Exit code 4. */
export class ProtocolMismatchError extends ActionableError {
	constructor(message: string, fix?: string) {
		super(message, { exitCode: exitCodes.compliance, fix });
	}
}

/**
 * Lets numbers of two protocols stand side by side, or refuses.
 *
 * @param allowMixed whether the user asked for it nevertheless
 * @returns sentences that must stand beside a mixed comparison; empty if the protocols are the same
 * @throws ProtocolMismatchError if they differ and that was not asked for, naming every difference
 */
export function requireSameProtocol(first: Protocol, second: Protocol, allowMixed: boolean): string[] {
	if (sameProtocol(first, second)) return [];
	const differences = protocolDifferences(first, second);
	if (allowMixed) return [`MIXED PROTOCOLS, the difference means little: ${differences.join('; ')}`];
	throw new ProtocolMismatchError(
		`protocols differ: ${first.name} against ${second.name}: ${differences.join('; ')}`,
		'measure both under one protocol, or add --allow-mixed to compare them all the same, marked',
	);
}
