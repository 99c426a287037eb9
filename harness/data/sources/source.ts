// What every data source gives, and nothing else: `pack` and `loadDataSet` read through these types alone.

export type SplitName = 'train' | 'test';

/** The file of one picture as it is stored: JPEG, PNG or WebP, told by its content and not by its name. */
export interface EncodedContent {
	readonly kind: 'encoded';
	readonly bytes: Uint8Array;
}

/** One picture that its format stores as pixels. */
export interface PixelContent {
	readonly kind: 'pixels';
	/** uint8 RGB [height, width, 3]. */
	readonly pixels: Uint8Array;
	/** In pixels. */
	readonly height: number;
	/** In pixels. */
	readonly width: number;
}

export interface SourcePicture {
	/** Place in the split, in [0, count): what `skip` and `positions` count in. */
	readonly position: number;
	/** Stable name, unique in its split: `n01440764/n01440764_10026.JPEG`, `data_batch_1.bin#17`. */
	readonly key: string;
	/** Class, in [0, classNames.length); null if the source gives none. */
	readonly label: number | null;
	readonly content: EncodedContent | PixelContent;
	/** File that holds the picture, for messages. */
	readonly file: string;
	/**
	 * Byte offset of the picture in that file, for messages; 0 if the picture is the file. For compressed files it
	 * counts in the decompressed bytes.
	 */
	readonly offset: number;
}

/** A picture that cannot be given: an empty or unreadable file, a wrong checksum. */
export interface DamagedPicture {
	readonly position: number;
	readonly key: string;
	readonly file: string;
	/** As in `SourcePicture`. */
	readonly offset: number;
	/** What is wrong, as a clause: `the file is empty`. */
	readonly problem: string;
}

export interface PictureOptions {
	/** Pictures to leave out at the start, given and damaged ones alike. Default 0. */
	readonly skip?: number;
	/**
	 * The only positions to give, in ascending order; the others are not read where the format allows it. `skip`
	 * is then not looked at. Default all from `skip` on.
	 */
	readonly positions?: ArrayLike<number>;
	/**
	 * Takes damaged pictures, which are then left out. By default the first one ends the reading with a
	 * UsageError. Damage after which the rest of a file cannot be told apart (a truncated archive) ends it anyway.
	 */
	readonly onDamaged?: (picture: DamagedPicture) => void;
}

export interface SplitInfo {
	/** Pictures, damaged ones included; null if only reading them all would tell. */
	readonly count: number | null;
}

/** A file that a source reads: what of it can be known without reading it. */
export interface SourceFile {
	/** Relative to the folder of the source. */
	readonly name: string;
	/** Size in bytes. */
	readonly bytes: number;
}

/**
 * Labelled pictures in the form in which people have them. The order of the pictures is a function of the files
 * alone, never of the machine or the time, so that a reader that was stopped can go on with `skip`.
 */
export interface PictureSource {
	/** As given: `imagenet-tar:DIR`. */
	readonly form: string;
	/** Short name for people and file names: `imagenet-tar`, `cifar10`, or that of the folder. */
	readonly name: string;
	/** How pictures and labels are read, in one line, for recipes and digests; no paths. */
	readonly recipe: string;
	readonly classNames: readonly string[];
	/** Height and width in pixels where all pictures have the same by their format, else null. */
	readonly size: { readonly height: number; readonly width: number } | null;
	readonly splits: { readonly train: SplitInfo; readonly test: SplitInfo | null };
	/**
	 * Labels of a split in the order of its pictures, −1 for none, without decoding a picture. Formats that keep
	 * labels inside the pictures' records (`tfrecords`) are read through once for it.
	 */
	labels(split: SplitName): Promise<Int32Array>;
	/** Files of a split in the order in which they are read: of folders, as many as there are pictures. */
	files(split: SplitName): AsyncIterable<SourceFile>;
	/**
	 * Pictures of a split, one at a time: memory does not grow with their number, and leaving the loop early
	 * closes every file. Several may run at once.
	 *
	 * @throws UsageError for a split that the source does not have, and for damage, with file and byte offset
	 */
	pictures(split: SplitName, options?: PictureOptions): AsyncIterable<SourcePicture>;
	/** Lets go of what is held open; pictures cannot be read afterwards. */
	close(): Promise<void>;
}

export interface OpenSourceOptions {
	/** Accept a source whose labels are all equal or that has classes without pictures. Default false. */
	readonly acceptLabels?: boolean;
	/** Takes progress lines for people: an index of a large archive takes a while. */
	readonly report?: (line: string) => void;
}

export { openSource } from './open-source.ts';
export { pictureForms, sourceForms } from './source-forms.ts';
