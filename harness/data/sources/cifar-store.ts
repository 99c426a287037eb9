import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { type ByteReader, openBytes } from '../formats/byte-reader.ts';
import { readTarMembers } from '../formats/tar-members.ts';
import { type CifarLayout, cifarLayouts } from './cifar-layouts.ts';
import { isFile, isFolder } from './class-folders.ts';
import type { SourceFile } from './source.ts';
import { suggestForm } from './suggest-form.ts';

/** Where the files of CIFAR lie: in a folder, or inside the official archive. */
export interface CifarStore {
	readonly layout: CifarLayout;
	/** Path of a file for messages. */
	pathOf(name: string): string;
	/** Opens a file; closing the reader closes what lies under it. */
	open(name: string): Promise<ByteReader>;
	/** Calls back for each of these files, in the order that is quickest. */
	visit(
		names: readonly string[],
		take: (name: string, reader: ByteReader, size: number) => Promise<void>,
	): Promise<void>;
	/** What is read, for digests. */
	files(names: readonly string[]): Promise<SourceFile[]>;
}

function folderStore(layout: CifarLayout, folder: string): CifarStore {
	const pathOf = (name: string): string => path.join(folder, name);
	const open = (name: string): Promise<ByteReader> => openBytes(pathOf(name));
	return {
		layout,
		pathOf,
		open,
		async visit(names, take) {
			for (const name of names) {
				const reader = await open(name);
				try {
					await take(name, reader, statSync(pathOf(name)).size);
				} finally {
					await reader.close();
				}
			}
		},
		files: async names => names.map(name => ({ name, bytes: statSync(pathOf(name)).size })),
	};
}

function archiveStore(layout: CifarLayout, archive: string): CifarStore {
	const pathOf = (name: string): string => `${archive} (${name})`;
	const missing = (names: readonly string[]): UsageError =>
		new UsageError(`${layout.kind}: ${archive} lacks ${names.join(', ')}`, 'fetch the archive again');
	return {
		layout,
		pathOf,
		async open(name) {
			const members = readTarMembers(archive);
			for (;;) {
				const next = await members.next();
				if (next.done) throw missing([name]);
				if (path.posix.basename(next.value.name) !== name) continue;
				const { reader } = next.value;
				return {
					get position() {
						return reader.position;
					},
					take: reader.take,
					skip: reader.skip,
					isAtEnd: reader.isAtEnd,
					close: async () => {
						await members.return(undefined);
					},
				};
			}
		},
		async visit(names, take) {
			const left = new Set(names);
			for await (const { name, size, reader } of readTarMembers(archive)) {
				const base = path.posix.basename(name);
				if (left.delete(base)) await take(base, reader, size);
			}
			if (left.size > 0) throw missing([...left]);
		},
		files: async () => [{ name: path.basename(archive), bytes: statSync(archive).size }],
	};
}

function fixFor(kind: CifarLayout['kind']): string {
	const [binary, python] = cifarLayouts.filter(layout => layout.kind === kind);
	const list = ({ folder, archive }: CifarLayout): string => `${folder}/ or ${archive}`;
	return `give the folder of the official files, binary or Python version: ${list(binary)}, ${list(python)}`;
}

/**
 * Finds CIFAR in a folder, in its official sub-folder, or in the official archive there; `target` may also be the
 * archive itself.
 *
 * @throws UsageError if there is none, or a file is missing
 */
export function findCifar(kind: CifarLayout['kind'], target: string): CifarStore {
	const given = path.resolve(target);
	const layouts = cifarLayouts.filter(layout => layout.kind === kind);
	for (const layout of layouts) {
		const names = [...layout.trainFiles, ...layout.testFiles];
		// One file alone may be anyone's: CIFAR-100's Python version has files called `train` and `test`.
		const isHere = (folder: string): boolean =>
			[...names, layout.namesFile].filter(name => isFile(path.join(folder, name))).length >= 2;
		const folder = [given, path.join(given, layout.folder)].find(isHere);
		if (folder) {
			const missing = [...names, layout.namesFile].find(name => !existsSync(path.join(folder, name)));
			// The names of CIFAR-10's classes are known without their file.
			if (missing !== undefined && !(kind === 'cifar10' && missing === layout.namesFile)) {
				throw new UsageError(`${kind}: ${path.join(folder, missing)} is missing`, fixFor(kind));
			}
			return folderStore(layout, folder);
		}
	}
	for (const layout of layouts) {
		const archive = isFolder(given) ? path.join(given, layout.archive) : given;
		if (path.basename(archive) === layout.archive && existsSync(archive))
			return archiveStore(layout, archive);
	}
	throw new UsageError(
		`${kind}: ${given} has no ${kind === 'cifar10' ? 'CIFAR-10' : 'CIFAR-100'} file`,
		suggestForm(given, fixFor(kind)),
	);
}
