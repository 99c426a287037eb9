import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listMatVariables } from '../formats/mat-file.ts';
import { type MatValue, readMatVariable } from '../formats/mat-values.ts';
import { damagedFile } from '../formats/read-file.ts';
import { readTarMembers } from '../formats/tar-members.ts';

/** What the ILSVRC2012 development kit says about the validation pictures. */
export interface Devkit {
	/** File that holds the numbers, for messages. */
	readonly file: string;
	/** `ILSVRC2012_ID` of each validation picture in the order of their names: 1-based, not in sorted order. */
	readonly groundTruth: readonly string[];
	/** Class (`n01440764`) of each `ILSVRC2012_ID`. */
	readonly wnids: ReadonlyMap<number, string>;
}

const folderName = 'ILSVRC2012_devkit_t12';
const truthName = 'ILSVRC2012_validation_ground_truth.txt';
/** Files of the kit are far smaller: in bytes. */
const largestFileBytes = 2 ** 26;

export const linesOf = (text: string): string[] => text.replace(/\s+$/u, '').split(/\r?\n/u);

const firstNumber = (value: MatValue | undefined): number | undefined =>
	value instanceof Float64Array && value.length === 1 ? value[0] : undefined;

async function readWnids(file: string, shownFile: string): Promise<Map<number, string>> {
	const synsets = (await listMatVariables(file)).find(({ name }) => name === 'synsets');
	const value = synsets && (await readMatVariable(file, synsets));
	const wnids = new Map<number, string>();
	if (Array.isArray(value)) {
		for (const synset of value as ReadonlyArray<ReadonlyMap<string, MatValue>>) {
			const id = firstNumber(synset.get('ILSVRC2012_ID'));
			const wnid = synset.get('WNID');
			// Synsets above the classes have children; their numbers follow those of the classes.
			if (id !== undefined && typeof wnid === 'string' && !firstNumber(synset.get('num_children'))) {
				wnids.set(id, wnid);
			}
		}
	}
	if (wnids.size > 0) return wnids;
	throw damagedFile(shownFile, undefined, 'it has no `synsets` with ILSVRC2012_ID and WNID');
}

async function readUnpacked(folder: string): Promise<Devkit> {
	const file = path.join(folder, truthName);
	const meta = path.join(folder, 'meta.mat');
	return {
		file,
		groundTruth: linesOf(await readFile(file, 'utf8')),
		wnids: await readWnids(meta, meta),
	};
}

/** Takes the two files out of the packed kit; the .mat reader needs a file, so it lies in one for a moment. */
async function readPacked(archive: string): Promise<Devkit> {
	const found = new Map<string, Buffer>();
	for await (const { name, size, reader } of readTarMembers(archive)) {
		const base = path.posix.basename(name);
		if ((base === 'meta.mat' || base === truthName) && size <= largestFileBytes) {
			found.set(base, Buffer.from(await reader.take(size)));
		}
	}
	const [meta, truth] = [found.get('meta.mat'), found.get(truthName)];
	if (!meta || !truth) {
		throw damagedFile(archive, undefined, `it lacks ${meta ? truthName : 'meta.mat'}`);
	}
	const folder = await mkdtemp(path.join(tmpdir(), 'fewer-labels-devkit-'));
	try {
		const file = path.join(folder, 'meta.mat');
		await writeFile(file, meta);
		return {
			file: `${archive} (${truthName})`,
			groundTruth: linesOf(truth.toString('utf8')),
			wnids: await readWnids(file, `${archive} (meta.mat)`),
		};
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/**
 * The development kit in one of these folders, packed or not; undefined if there is none.
 *
 * @throws UsageError if it is damaged
 */
export async function findDevkit(folders: readonly string[]): Promise<Devkit | undefined> {
	for (const folder of folders) {
		for (const inner of [path.join(folder, folderName, 'data'), path.join(folder, 'data'), folder]) {
			const needed = [path.join(inner, truthName), path.join(inner, 'meta.mat')];
			if (needed.every(file => existsSync(file))) return readUnpacked(inner);
		}
		const packed = ['.tar.gz', '.tgz', '.tar'].map(end => path.join(folder, `${folderName}${end}`));
		const archive = packed.find(file => existsSync(file));
		if (archive) return readPacked(archive);
	}
	return undefined;
}
