import { createHash } from 'node:crypto';
import type {
	DamagedPicture,
	PictureOptions,
	PictureSource,
	SourceFile,
	SourcePicture,
	SplitName,
} from '../../../../harness/data/sources/source.ts';

/** A picture without its bytes: SHA-256 of what is encoded, or of the pixels. */
export interface Row {
	readonly key: string;
	readonly label: number | null;
	readonly sha256: string;
}

export const bytesOf = ({ content }: SourcePicture): Uint8Array =>
	content.kind === 'encoded' ? content.bytes : content.pixels;

export const toRow = (picture: SourcePicture): Row => ({
	key: picture.key,
	label: picture.label,
	sha256: createHash('sha256').update(bytesOf(picture)).digest('hex'),
});

/** All files of a split. */
export async function gatherFiles(source: PictureSource, split: SplitName): Promise<SourceFile[]> {
	const files: SourceFile[] = [];
	for await (const file of source.files(split)) files.push(file);
	return files;
}

/** All pictures of a split. */
export async function gather(
	source: PictureSource,
	split: SplitName,
	options?: PictureOptions,
): Promise<SourcePicture[]> {
	const pictures: SourcePicture[] = [];
	for await (const picture of source.pictures(split, options)) pictures.push(picture);
	return pictures;
}

/** All pictures of a split, and what was damaged. */
export async function gatherDamaged(
	source: PictureSource,
	split: SplitName,
	options?: PictureOptions,
): Promise<{ pictures: SourcePicture[]; damaged: DamagedPicture[] }> {
	const damaged: DamagedPicture[] = [];
	const onDamaged = (picture: DamagedPicture): void => {
		damaged.push(picture);
	};
	return { pictures: await gather(source, split, { ...options, onDamaged }), damaged };
}
