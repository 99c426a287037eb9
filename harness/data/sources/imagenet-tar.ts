import { existsSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import { damagedFile, openForReading } from '../formats/read-file.ts';
import { listTar, type TarEntry } from '../formats/tar-index.ts';
import { buildSource } from './build-source.ts';
import { type IndexedPicture, indexedSplit } from './indexed-split.ts';
import type { OpenSourceOptions, PictureSource } from './source.ts';
import { suggestForm } from './suggest-form.ts';
import { readValidationLabels } from './validation-labels.ts';

const trainName = 'ILSVRC2012_img_train.tar';
const validationName = 'ILSVRC2012_img_val.tar';
const reportEveryMs = 5000;

const byName = <Named extends { readonly name: string }>(first: Named, second: Named): number =>
	first.name < second.name ? -1 : first.name > second.name ? 1 : 0;

/** @throws UsageError if a name occurs twice, with both places */
function sortUnique(file: string, entries: TarEntry[]): TarEntry[] {
	entries.sort(byName);
	for (const [index, entry] of entries.entries()) {
		const next = entries[index + 1];
		if (next?.name !== entry.name) continue;
		const [first, second] = [entry.offset, next.offset].sort((one, other) => one - other);
		throw damagedFile(file, second, `'${entry.name}' is in the archive already, at byte ${first}`);
	}
	return entries;
}

/** Classes in sorted order with their pictures, from the tar of one tar a class. */
async function indexTrain(
	file: string,
	report: OpenSourceOptions['report'],
): Promise<{ classNames: string[]; pictures: IndexedPicture[] }> {
	const handle = await openForReading(file);
	try {
		const classes: TarEntry[] = [];
		for await (const entry of listTar(handle, file)) {
			const name = path.posix.basename(entry.name);
			if (!name.endsWith('.tar')) {
				const fix = 'give the official archive, or unpack it into class folders and use imagenet:DIR';
				throw damagedFile(file, entry.offset, `expected one tar archive a class, found '${entry.name}'`, fix);
			}
			classes.push({ ...entry, name: name.slice(0, -4) });
		}
		sortUnique(file, classes);
		const pictures: IndexedPicture[] = [];
		let reportedAt = performance.now();
		for (const [label, { name, offset, size }] of classes.entries()) {
			const entries: TarEntry[] = [];
			// A class without a picture is told by its name later; as an archive it is nothing but empty.
			const range = { start: offset, end: offset + size };
			if (size > 0) for await (const entry of listTar(handle, file, range)) entries.push(entry);
			for (const entry of sortUnique(file, entries)) {
				// Through bytes: a joined text would hold on to its parts, in a million pictures.
				const key = Buffer.from(`${name}/${path.posix.basename(entry.name)}`).toString();
				pictures.push({ key, label, file, offset: entry.offset, size: entry.size });
			}
			if (performance.now() - reportedAt > reportEveryMs) {
				reportedAt = performance.now();
				report?.(`imagenet-tar: index: ${label + 1} of ${classes.length} classes`);
			}
		}
		return { classNames: classes.map(({ name }) => name), pictures };
	} finally {
		await handle.close();
	}
}

async function indexValidation(
	file: string,
	folder: string,
	classNames: readonly string[],
): Promise<{ pictures: IndexedPicture[]; origin: string }> {
	const handle = await openForReading(file);
	try {
		const entries: TarEntry[] = [];
		for await (const entry of listTar(handle, file)) {
			entries.push({ ...entry, name: path.posix.basename(entry.name) });
		}
		const names = sortUnique(file, entries).map(({ name }) => name);
		const { labels, origin } = await readValidationLabels({ folders: [folder], names, classNames });
		const pictures = entries.map(({ name, offset, size }, index) => ({
			...{ key: name, label: labels[index], file, offset, size },
		}));
		return { pictures, origin };
	} finally {
		await handle.close();
	}
}

/**
 * Opens ImageNet's official archives without unpacking them: the training archive (one tar a class inside a tar),
 * the validation archive, and the labels of the latter, see `readValidationLabels`. One pass over the headers makes
 * an index of where each picture lies; about 150 bytes of memory a picture.
 *
 * @throws UsageError with the byte offset for a truncated or damaged archive or a name that occurs twice; if an
 * archive is missing; and as `readValidationLabels`
 */
export async function openImagenetTar(target: string, options: OpenSourceOptions): Promise<PictureSource> {
	const folder = path.resolve(target);
	const files = [trainName, validationName].map(name => path.join(folder, name));
	const missing = files.find(file => !existsSync(file));
	if (missing) {
		throw new UsageError(
			`imagenet-tar: ${missing} is missing`,
			suggestForm(folder, `give the folder of ${trainName} and ${validationName}`),
		);
	}
	const { classNames, pictures } = await indexTrain(files[0], options.report);
	const test = await indexValidation(files[1], folder, classNames);
	return buildSource(
		{
			kind: 'imagenet-tar',
			target,
			name: 'imagenet',
			recipe: `ImageNet official archives, labels in sorted order, validation labels from ${test.origin}`,
			classNames,
			train: indexedSplit(pictures, folder),
			test: indexedSplit(test.pictures, folder),
		},
		options,
	);
}
