import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import { makeFolder } from './disk-space.ts';
import { findWheel, type LocalSource, linkLocalSource } from './local-source.ts';
import { downloadPackageLibrary, type PackageDownload } from './package-download.ts';
import { downloadWithPip } from './pip.ts';
import type { createSteps } from './steps.ts';
import { extractCudaWheel, extractTensorFlowWheel, readCudaRequirements } from './wheel.ts';

/** Where the native library is taken from. */
export type LibrarySource =
	| LocalSource
	| {
			readonly kind: 'pip';
			readonly requirement: string;
			readonly platformTag: string;
			readonly flavour: 'cpu' | 'cuda';
	  }
	| { readonly kind: 'package'; readonly download: PackageDownload };

export interface AcquireOptions {
	readonly source: LibrarySource;
	/** Runtime folder; the library goes into its `deps`. */
	readonly folder: string;
	readonly environment: NodeJS.ProcessEnv;
	readonly step: ReturnType<typeof createSteps>;
	readonly report: (line: string) => void;
}

/** A library cannot be fetched from the network; another source may do. Exit code 7. */
export class AcquisitionError extends EnvironmentError {}

/** Turns the failure of a download into one that lets the caller try another source. */
async function asAcquisition<Result>(work: () => Promise<Result>): Promise<Result> {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof EnvironmentError)) throw error;
		throw new AcquisitionError(error.message, error.fix, error);
	}
}

/**
 * Brings libraries and C headers into `<folder>/deps`, in steps that survive an interruption: a wheel is kept until
 * its files are extracted.
 *
 * @returns the wheels or the folder it came from, by name
 * @throws AcquisitionError if a download fails, EnvironmentError or UsageError if what came is unusable
 */
export async function acquireLibrary(options: AcquireOptions): Promise<string[]> {
	const { source, folder, environment, step, report } = options;
	const dependencies = path.join(folder, 'deps');
	if (source.kind === 'folder') {
		await step('library', `link ${source.libraries}`, async () => linkLocalSource(source, dependencies));
		return [source.libraries];
	}
	if (source.kind === 'package') {
		await step('library', `download ${source.download.address}`, () =>
			asAcquisition(() => downloadPackageLibrary(source.download, dependencies, environment)),
		);
		rmSync(`${dependencies}.tar.gz`, { force: true });
		return [path.basename(source.download.address)];
	}

	const downloads = path.join(folder, 'downloads');
	makeFolder(downloads);
	const fetchWheel = (requirement: string, platformTag?: string): Promise<string> =>
		asAcquisition(() =>
			downloadWithPip({ requirement, platformTag, folder: downloads, environment, report }),
		);

	let wheel: string;
	if (source.kind === 'wheel') {
		wheel = source.file;
	} else {
		wheel = await step('download', `download ${source.requirement} with pip`, () =>
			fetchWheel(source.requirement, source.platformTag),
		);
		const extracted = existsSync(path.join(folder, '.steps', 'extract.json'));
		// Taken away by hand since: the marker alone is worth nothing.
		if (!extracted && !existsSync(wheel)) wheel = await fetchWheel(source.requirement, source.platformTag);
	}
	const requirements = await step('extract', `extract ${path.basename(wheel)}`, async () => {
		await extractTensorFlowWheel(wheel, dependencies);
		return source.flavour === 'cuda' ? readCudaRequirements(wheel) : [];
	});
	if (source.kind === 'pip') rmSync(wheel, { force: true });

	const packages = [path.basename(wheel)];
	for (const requirement of requirements) {
		const name = /^[A-Za-z0-9._-]+/u.exec(requirement)?.[0] ?? requirement;
		const given = source.kind === 'wheel' ? findWheel(path.dirname(source.file), requirement) : undefined;
		const used = await step(
			`cuda-${name}`,
			`${given ? 'extract' : 'download and extract'} ${name}`,
			async () => {
				const earlier = findWheel(downloads, requirement);
				const cudaWheel = given ?? earlier ?? (await fetchWheel(requirement));
				await extractCudaWheel(cudaWheel, dependencies);
				return path.basename(cudaWheel);
			},
		);
		rmSync(path.join(downloads, used), { force: true });
		packages.push(used);
	}
	if (readdirSync(downloads).length === 0) rmSync(downloads, { recursive: true });
	return packages;
}
