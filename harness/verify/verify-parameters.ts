import { countParameters, type NetworkDescription } from '../../methods/networks/parameters.ts';
import { UsageError } from '../errors.ts';
import { nearestNames } from '../nearest-names.ts';
import { compareTensors, formatCount, type Mismatch } from './compare-network.ts';
import type { GatedNetwork } from './gated-networks.ts';

/** What `verify --json` prints; scripts depend on every name here. */
export interface Verification {
	readonly ok: boolean;
	readonly networks: readonly NetworkVerification[];
}

export interface NetworkVerification {
	readonly name: string;
	/** Trainable elements in the reference. */
	readonly expected: number;
	/** Trainable elements of this project's network. */
	readonly actual: number;
	/** Tensors of this project's network. */
	readonly tensors: number;
	/** Empty if the network is the reference. */
	readonly mismatches: readonly Mismatch[];
}

/** Compares each network with its reference: names, shapes, sizes and order where they are known, and totals. */
export function verifyParameters(networks: readonly GatedNetwork[]): Verification {
	const verified = networks.map(network => verifyNetwork(network, network.describe()));
	return { ok: verified.every(network => network.mismatches.length === 0), networks: verified };
}

/** Compares one description; `actual` replaces its own count, for example with what was allocated. */
export function verifyNetwork(
	network: GatedNetwork,
	description: NetworkDescription,
	actual = countParameters(description),
): NetworkVerification {
	const mismatches = network.tensors === undefined ? [] : [...compareTensors(network.tensors, description)];
	if (actual !== network.total) {
		mismatches.push({
			name: 'total',
			expected: formatCount(network.total),
			actual: `${formatCount(actual)} (${actual > network.total ? '+' : '−'}${formatCount(Math.abs(actual - network.total))})`,
		});
	}

	return {
		name: network.name,
		expected: network.total,
		actual,
		tensors: description.parameters.length,
		mismatches,
	};
}

/**
 * The networks of these names, in the order of `all`; all of them for no names.
 *
 * Throws UsageError for an unknown name.
 */
export function selectNetworks(
	all: readonly GatedNetwork[],
	names: readonly string[],
): readonly GatedNetwork[] {
	const valid = all.map(network => network.name);
	for (const name of names) {
		if (!valid.includes(name)) {
			const [nearest] = nearestNames(name, valid);
			throw new UsageError(
				`network '${name}': expected one of ${valid.join(', ')}`,
				nearest === undefined ? 'fewer-labels verify checks all of them' : `did you mean ${nearest}?`,
			);
		}
	}

	return names.length === 0 ? all : all.filter(network => names.includes(network.name));
}
