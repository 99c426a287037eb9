import type { GraphBuilder } from './graph.ts';
import type { GraphVariable } from './record-step.ts';

/** A variable of the graph that is given its value from outside. */
export interface StateSlot extends GraphVariable {
	/** Initial value is fed here. */
	readonly placeholder: string;
	/** Node that takes the initial value. */
	readonly assignment: string;
}

/**
 * Adds a variable with what reads and fills it.
 *
 * @param name unique in the graph
 * @param dtype TensorFlow's number of the type
 */
export function addStateSlot(
	graph: GraphBuilder,
	name: string,
	dtype: number,
	shape: readonly number[],
): StateSlot {
	const type = { type: dtype };
	const handle = graph.named({
		name,
		operation: 'VarHandleOp',
		inputs: [],
		attributes: { container: { text: '' }, shared_name: { text: name }, dtype: type, shape: { shape } },
	});
	const read = graph.named({
		name: `${name}/read`,
		operation: 'ReadVariableOp',
		inputs: [`${handle}:0`],
		attributes: { dtype: type },
	});
	const placeholder = graph.named({
		name: `${name}/initial`,
		operation: 'Placeholder',
		inputs: [],
		attributes: { dtype: type, shape: { shape } },
	});
	const assignment = graph.named({
		name: `${name}/initialise`,
		operation: 'AssignVariableOp',
		inputs: [`${handle}:0`, `${placeholder}:0`],
		attributes: { dtype: type },
	});
	return { handle, read, placeholder, assignment, dtype };
}
