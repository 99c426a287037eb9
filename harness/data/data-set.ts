/**
 * Images of one split. They lie in memory (`MemorySplit`) or on disk (`packed:DIR`); `read` is the same for both,
 * so whoever needs pixels goes through it.
 */
export interface ImageSplit {
	readonly count: number;
	/** Class of each image, in [0, classNames.length). */
	readonly labels: Int32Array;
	/**
	 * The images with these numbers, in that order: uint8 RGB, NHWC (image, row, column, channel), of the data
	 * set's resolution. The array is the caller's.
	 *
	 * @throws RangeError for a number that is not in [0, count)
	 * @throws UsageError naming file and offset, if a stored image cannot be read
	 */
	read(indices: ArrayLike<number>): Uint8Array;
	/** Name of each image within its source, a file's with its folder; absent where the source has none. */
	names?(): readonly string[];
}

/** Images of one split, all in memory. */
export interface MemorySplit extends ImageSplit {
	/** uint8 RGB, NHWC: image, row, column, channel; count · resolution² · 3 bytes. */
	readonly pixels: Uint8Array;
	/** What `names` gives. */
	readonly keptNames?: readonly string[];
}

/** A labelled picture set at one resolution. */
export interface DataSet<Split extends ImageSplit = ImageSplit> {
	/** Short name for people and reports, for example `shapes-32` or `cifar10`. */
	readonly name: string;
	/**
	 * SHA-256 over recipe, class names, and pixels and labels of both splits: equal digests mean equal bytes. That
	 * of a packed set is over the digests of its shards instead, so it is another for the same pixels.
	 */
	readonly digest: string;
	/** How the pixels came about: source, decoder, crop and resize, in one line. */
	readonly recipe: string;
	/** Width and height in pixels. */
	readonly resolution: number;
	readonly classNames: readonly string[];
	/** What training sees. */
	readonly train: Split;
	/** Held out: the real side of every score. */
	readonly test: Split;
}
