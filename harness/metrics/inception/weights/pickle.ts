import {
	type Pickled,
	type PickledCall,
	type PickledReference,
	readPickle as readAnyPickle,
} from '../../../data/formats/pickle.ts';
import { unreadable } from './found-tensors.ts';

export type { Pickled, PickledCall, PickledReference };

/** Everything a file of tensors may name. */
const readableGlobals: ReadonlySet<string> = new Set([
	'torch._utils._rebuild_tensor_v2',
	'torch._utils._rebuild_parameter',
	...['Float', 'Double', 'Half', 'BFloat16', 'Long', 'Int', 'Short', 'Char', 'Byte', 'Bool'].map(
		type => `torch.${type}Storage`,
	),
]);

/**
 * Reads one pickle of tensors. Nothing that it names is run.
 *
 * @param bytes from its first byte on; more may follow
 * @param file name for error messages
 * @returns the value and the number of bytes that the pickle takes
 * @throws UsageError if it is cut short, names anything but tensors, or holds an operation outside the subset
 */
export const readPickle = (bytes: Buffer, file: string): { value: Pickled; length: number } =>
	readAnyPickle(bytes, {
		globals: readableGlobals,
		what: 'tensors',
		failure: problem => unreadable(file, `its pickle ${problem}`),
	});
