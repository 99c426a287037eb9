import { createNetworkState, disposeNetworkState } from '../../methods/networks/network-state.ts';
import type { GatedNetwork } from './gated-networks.ts';
import { type Verification, verifyNetwork } from './verify-parameters.ts';

/** Any seed will do: the count does not depend on the values. */
const seed = 1;

/**
 * As `verifyParameters`, but creates every variable in TensorFlow and counts the elements of what was created.
 * Shapes in the report are those of the variables. One network is freed before the next is made, so the peak is
 * the largest one: 2.1 GB, of the paper's feature extractor.
 */
export function verifyAllocatedParameters(
	networks: readonly GatedNetwork[],
	onNetwork: (name: string) => void = () => {},
): Verification {
	const verified = networks.map(network => {
		onNetwork(network.name);
		const description = network.describe();
		const state = createNetworkState(description, seed);
		try {
			const parameters = [...state.parameters].map(([name, variable]) => ({ name, shape: variable.shape }));
			const actual = [...state.parameters.values()].reduce((total, variable) => total + variable.size, 0);
			return verifyNetwork(
				network,
				{ ...description, parameters: withShapes(description, parameters) },
				actual,
			);
		} finally {
			disposeNetworkState(state);
		}
	});
	return { ok: verified.every(network => network.mismatches.length === 0), networks: verified };
}

/** The created variables as a description, so that the comparison sees what exists, not what was asked for. */
function withShapes(
	description: ReturnType<GatedNetwork['describe']>,
	created: ReadonlyArray<{ readonly name: string; readonly shape: readonly number[] }>,
): ReturnType<GatedNetwork['describe']>['parameters'] {
	const specs = new Map(description.parameters.map(spec => [spec.name, spec]));
	return created.map(({ name, shape }) => ({ ...specs.get(name)!, shape }));
}
