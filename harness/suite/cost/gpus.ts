import { UsageError } from '../../errors.ts';
import { nearestNames } from '../../nearest-names.ts';

/** A GPU by its maker's public numbers. */
export interface Gpu {
	readonly name: string;
	/** Model as the maker writes it. */
	readonly title: string;
	/**
	 * Largest rate of float32 training as this project does it, in operations a second: TF32 on tensor cores without
	 * sparsity where the GPU has it, else plain float32. A multiply-add is two operations.
	 */
	readonly peakFlops: number;
	/** Which of the two it is. */
	readonly precision: 'TF32' | 'float32';
	/** Bytes, decimal as the maker counts. */
	readonly memoryBytes: number;
	/** Where the numbers are published. */
	readonly source: string;
}

const nvidia = 'https://www.nvidia.com/en-us';

// Tensor-core numbers of Ampere and later are published with sparsity; dense work has half of them.
export const gpus: readonly Gpu[] = [
	{
		name: 'h100',
		title: 'NVIDIA H100 SXM 80 GB',
		peakFlops: 989e12 / 2,
		precision: 'TF32',
		memoryBytes: 80e9,
		source: `${nvidia}/data-center/h100/`,
	},
	{
		name: 'h200',
		title: 'NVIDIA H200 SXM 141 GB',
		peakFlops: 989e12 / 2,
		precision: 'TF32',
		memoryBytes: 141e9,
		source: `${nvidia}/data-center/h200/`,
	},
	{
		name: 'a100',
		title: 'NVIDIA A100 SXM 80 GB',
		peakFlops: 156e12,
		precision: 'TF32',
		memoryBytes: 80e9,
		source: `${nvidia}/data-center/a100/`,
	},
	{
		name: 'l40s',
		title: 'NVIDIA L40S 48 GB',
		peakFlops: 366e12 / 2,
		precision: 'TF32',
		memoryBytes: 48e9,
		source: `${nvidia}/data-center/l40s/`,
	},
	{
		name: 'v100',
		title: 'NVIDIA V100 SXM2 32 GB',
		peakFlops: 15.7e12,
		precision: 'float32',
		memoryBytes: 32e9,
		source: `${nvidia}/data-center/v100/`,
	},
	{
		name: 't4',
		title: 'NVIDIA T4 16 GB',
		peakFlops: 8.1e12,
		precision: 'float32',
		memoryBytes: 16e9,
		source: `${nvidia}/data-center/tesla-t4/`,
	},
];

/** @throws UsageError if it is not in the list */
export function findGpu(name: string): Gpu {
	const found = gpus.find(gpu => gpu.name === name.toLowerCase());
	if (found) return found;
	const names = gpus.map(gpu => gpu.name);
	const near = nearestNames(name, names);
	throw new UsageError(
		`gpu: there is no '${name}' in the list`,
		`${near.length > 0 ? `did you mean ${near.join(' or ')}? ` : ''}GPUs: ${names.join(', ')}; for another one give --flops`,
	);
}
