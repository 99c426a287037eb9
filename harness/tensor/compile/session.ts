import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { EnvironmentError } from '../../errors.ts';
import { eagerAdvice } from './eager-advice.ts';
import type { GraphNode } from './graph.ts';
import { nativeBackend } from './native-backend.ts';
import { encodeSavedModel, savedModelTag } from './saved-model.ts';

/** A graph in the hands of TensorFlow, with its variables. */
export interface Session {
	/**
	 * Computes the outputs and whatever they depend on. Blocks until TensorFlow is done.
	 *
	 * @param inputs values by name of the placeholder
	 * @param outputs `node:output` each
	 * @returns new tensors, in the order of `outputs`
	 */
	run(inputs: ReadonlyMap<string, Tensor>, outputs: readonly string[]): Tensor[];
	/** Frees graph and variables. */
	close(): void;
}

/**
 * Loads a graph. It passes through a file in the system's folder for temporary files, which is removed at once.
 *
 * @throws EnvironmentError if that file cannot be written or TensorFlow refuses the graph
 */
export function openSession(nodes: readonly GraphNode[]): Session {
	const backend = nativeBackend();
	const session = load(nodes);
	return {
		run(inputs, outputs) {
			const infos = [...inputs.keys()].map(name => ({ name: `${name}:0` }));
			return backend.runSavedModel(session, [...inputs.values()], infos, outputs);
		},
		close: () => backend.deleteSavedModel(session),
	};
}

function load(nodes: readonly GraphNode[]): number {
	let folder: string | undefined;
	try {
		folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-graph-'));
		writeFileSync(path.join(folder, 'saved_model.pb'), encodeSavedModel(nodes));
		return nativeBackend().loadSavedModelMetaGraph(folder, savedModelTag);
	} catch (error) {
		throw new EnvironmentError(
			`compile: TensorFlow could not load a graph of ${nodes.length} nodes (${(error as Error).message})`,
			`see that ${tmpdir()} has room and that kernels run by name are given all their attributes, ${eagerAdvice}`,
			error,
		);
	} finally {
		if (folder) rmSync(folder, { recursive: true, force: true });
	}
}
