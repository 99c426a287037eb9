import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTar, type TarFile } from './write-tar.ts';

/** Classes of the fixtures' devkit (test/fixtures/data/sources/devkit), in sorted order. */
export const wnids = ['n01440764', 'n02102040', 'n03000684'] as const;
/** Labels of the four validation pictures by that devkit: its numbers 1, 3, 2, 1 are the classes 2, 1, 0, 2. */
export const validationLabels = [2, 1, 0, 2];
export const validationNames = [1, 2, 3, 4].map(number => `ILSVRC2012_val_0000000${number}.JPEG`);

/** The official training archive: a tar of one tar a class, two pictures in each, last class first. */
export async function makeTrainArchive(
	change: (files: TarFile[]) => TarFile[] = files => files,
): Promise<Buffer> {
	const files: TarFile[] = [];
	for (const wnid of [...wnids].reverse()) {
		const pictures = [20, 10].map(number => ({
			name: `${wnid}_${number}.JPEG`,
			content: Buffer.from(`${wnid} picture ${number}`),
		}));
		files.push({ name: `${wnid}.tar`, content: await makeTar(pictures) });
	}
	return makeTar(change(files));
}

/** The official validation archive. */
const makeValidationArchive = (): Promise<Buffer> =>
	makeTar([...validationNames].reverse().map(name => ({ name, content: Buffer.from(`content of ${name}`) })));

/** Both archives in a folder. */
export async function writeArchives(folder: string): Promise<{ train: string; validation: string }> {
	const train = path.join(folder, 'ILSVRC2012_img_train.tar');
	const validation = path.join(folder, 'ILSVRC2012_img_val.tar');
	writeFileSync(train, await makeTrainArchive());
	writeFileSync(validation, await makeValidationArchive());
	return { train, validation };
}

/** Writes files with these texts below a folder. */
export function writeTree(folder: string, files: Readonly<Record<string, string>>): void {
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
		writeFileSync(path.join(folder, name), content);
	}
}

/** Training folders of two pictures a class, and a flat folder of the validation pictures. */
export const flatTree: Readonly<Record<string, string>> = {
	...Object.fromEntries(
		wnids
			.flatMap(wnid => [`train/${wnid}/${wnid}_1.JPEG`, `train/${wnid}/${wnid}_2.JPEG`])
			.map(name => [name, name]),
	),
	...Object.fromEntries(validationNames.map(name => [`val/${name}`, name])),
};
