import type { PixelForm } from '../preparation/prepare-raster.ts';
import type { ResizeRule } from '../preparation/recipes.ts';
import type { Crop } from '../preparation/window.ts';

// What goes between a feed and the process that decodes for it, over its standard input and output, all numbers
// little-endian. Request: uint32 [number of pictures, epoch], then uint32 [image, length] of each, then the files.
// Reply: uint32 [0] and the batch, float32 [pictures, resolution, resolution, 3]; or uint32 [length] and a message
// of that many bytes that begins with the number of the picture in the request and a space.

/** How the process decodes; the only argument that it gets, as JSON. */
export interface DecodeProcessOptions {
	/** In pixels. */
	readonly resolution: number;
	readonly resize: ResizeRule;
	readonly crop: Crop;
	/** See `PictureRequest`. */
	readonly reduce: boolean;
	/** Whether values are rounded to bytes first, as those of splits that are read are. */
	readonly form: PixelForm;
	/** Seed of the crops. */
	readonly seed: number;
	readonly split: string;
	/** Pictures that are decoded at the same time. */
	readonly threads: number;
}
