/** Images of one split, all in memory. */
export interface ImageSplit {
	readonly count: number;
	/** uint8 RGB, NHWC: image, row, column, channel; count · resolution² · 3 bytes. */
	readonly pixels: Uint8Array;
	/** Class of each image, in [0, classNames.length). */
	readonly labels: Int32Array;
}

/** A labelled picture set at one resolution. */
export interface DataSet {
	/** Short name for people and reports, for example `shapes-32` or `cifar10`. */
	readonly name: string;
	/** SHA-256 over recipe, class names, and pixels and labels of both splits: equal digests mean equal bytes. */
	readonly digest: string;
	/** How the pixels came about: source, decoder, crop and resize, in one line. */
	readonly recipe: string;
	/** Width and height in pixels. */
	readonly resolution: number;
	readonly classNames: readonly string[];
	/** What training sees. */
	readonly train: ImageSplit;
	/** Held out: the real side of every score. */
	readonly test: ImageSplit;
}
