import { existsSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem } from 'node:os';
import path from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { readTextIfThere } from '../read-if-there.ts';
import { formatGigabytes, freeBytes } from '../tensor/provision/disk-space.ts';
import { readPlatform, requireSupportedPlatform } from '../tensor/provision/platform.ts';
import type { Check } from './check.ts';

/** Does TensorFlow exist for this system and processor? */
export function checkPlatform(): Check {
	const platform = readPlatform();
	const { system, processor, glibc } = platform;
	const detail = `${system} ${release()} on ${processor}${glibc ? `, glibc ${glibc}` : ''}`;
	const base = { id: 'platform', title: 'System', data: { ...platform, release: release() } };
	try {
		requireSupportedPlatform(platform, 'cpu');
		return { ...base, status: 'ok', detail };
	} catch (error) {
		if (!(error instanceof EnvironmentError)) throw error;
		return { ...base, status: 'problem', detail: `${detail}\n${error.message}`, advice: error.fix };
	}
}

/** Instruction sets that change the speed of TensorFlow's kernels, as /proc/cpuinfo calls them. */
const instructionSets = [
	'avx',
	'avx2',
	'fma',
	'avx512f',
	'avx512_vnni',
	'avx512_bf16',
	'amx_bf16',
	'asimd',
	'sve',
	'bf16',
];

/** Those of the instruction sets above that the processor has, from the text of /proc/cpuinfo. */
export function readInstructionSets(cpuinfo: string): string[] {
	const flags = new Set(/^(?:flags|Features)\s*:(.*)$/mu.exec(cpuinfo)?.[1].trim().split(/\s+/u));
	return instructionSets.filter(name => flags.has(name));
}

/** Processors that a control group may use, from cgroup v2's `cpu.max`; undefined if it sets no limit. */
export function readProcessorQuota(cpuMax: string): number | undefined {
	const [quota, period] = cpuMax.trim().split(/\s+/u).map(Number);
	return quota > 0 && period > 0 ? quota / period : undefined;
}

/** Model, usable cores and instruction sets of the processor. */
export function checkProcessor(
	cpuinfo: string = readTextIfThere('/proc/cpuinfo') ?? '',
	cpuMax: string = readTextIfThere('/sys/fs/cgroup/cpu.max') ?? '',
): Check {
	const model = cpus()[0]?.model.trim() ?? 'unknown';
	const cores = availableParallelism();
	const quota = readProcessorQuota(cpuMax);
	const sets = readInstructionSets(cpuinfo);
	// TensorFlow's x64 builds stop at once on a processor without AVX.
	const tooOld = arch() === 'x64' && cpuinfo !== '' && !sets.includes('avx');
	const slow = arch() === 'x64' && !sets.includes('avx2');
	const limit = quota === undefined ? '' : `, limited to ${quota}`;
	const names = sets.map(name => name.toUpperCase()).join(' ') || 'no vector instructions known';
	return {
		id: 'processor',
		title: 'Processor',
		status: tooOld ? 'problem' : slow ? 'warning' : 'ok',
		detail: `${model}, ${cores} core${cores === 1 ? '' : 's'}${limit}, ${names}`,
		advice: tooOld
			? 'TensorFlow needs AVX: use a processor (or a virtual machine setting) that has it'
			: 'without AVX2 convolutions are several times slower',
		data: { model, cores, coreLimit: quota ?? null, instructionSets: sets },
	};
}

/** Below this, the larger profiles do not fit. */
const comfortableBytes = 4e9;

/** Memory of the machine, or of the control group if that allows less. */
export function checkMemory(): Check {
	const machineBytes = totalmem();
	const limit = process.constrainedMemory?.() ?? 0;
	const limited = limit > 0 && limit < machineBytes;
	const usableBytes = limited ? limit : machineBytes;
	const availableBytes = process.availableMemory?.() ?? usableBytes;
	const note = limited
		? ` (limit of the control group; the machine has ${formatGigabytes(machineBytes)})`
		: '';
	return {
		id: 'memory',
		title: 'Memory',
		status: availableBytes < comfortableBytes ? 'warning' : 'ok',
		detail: `${formatGigabytes(usableBytes)}${note}, ${formatGigabytes(availableBytes)} available`,
		advice: 'the smoke suite needs about 2 GB; for more, free some memory or raise the limit',
		data: { usableBytes, availableBytes, machineBytes },
	};
}

/** The nearest folder above that exists; a cache folder is made only when it is needed. */
function existingParent(folder: string): string {
	let current = path.resolve(folder);
	while (!existsSync(current)) current = path.dirname(current);
	return current;
}

/** Free disk where the runtime goes and where the command was started. */
export function checkDisk(cache: string, workingFolder: string): Check {
	const places = [
		{ name: 'cache', folder: cache },
		{ name: 'here', folder: workingFolder },
	].map(place => ({ ...place, freeBytes: freeBytes(existingParent(place.folder)) }));
	const low = places.filter(place => place.freeBytes < 2e9);
	return {
		id: 'disk',
		title: 'Disk',
		status: low.length > 0 ? 'warning' : 'ok',
		detail: places
			.map(({ name, folder, freeBytes: free }) => `${formatGigabytes(free)} free in ${folder} (${name})`)
			.join(', '),
		advice:
			'the runtime takes 1 GB (CUDA 7 GB), checkpoints of the largest networks 2 GB each: free some space',
		data: { places },
	};
}
