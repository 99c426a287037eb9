import type { Decoder, PictureRequest } from '../decoding/decoder.ts';
import { imageKind } from '../decoding/image-kind.ts';
import { endsAsJpeg } from '../decoding/jpeg-size.ts';
import { cropStream } from '../preparation/crop-stream.ts';
import { prepareRaster } from '../preparation/prepare-raster.ts';
import type { Recipe } from '../preparation/recipes.ts';
import type { Raster } from '../preparation/resize-bilinear.ts';
import { chooseWindow } from '../preparation/window.ts';
import type { SourcePicture, SplitName } from '../sources/source.ts';
import { decodeWithSharp, encodePng } from './decode-fallback.ts';
import type { PackedForm } from './format.ts';

export interface PreparationOptions {
	/** Decodes to bytes at the resolution, under the recipe's resize rule. */
	readonly decoder: Decoder;
	readonly recipe: Recipe;
	/** Width and height of images in pixels. */
	readonly resolution: number;
	readonly split: SplitName;
	readonly form: PackedForm;
	/** Seed of random crops. */
	readonly seed: number;
}

export interface PreparedPicture {
	/** What goes into the shard. */
	readonly bytes: Uint8Array;
	/** The picture was decoded by sharp and is kept as PNG. */
	readonly converted: boolean;
}

/**
 * What shards keep of these pictures. TensorFlow decodes what it can; sharp the rest. Pictures for `bytes` shards are
 * decoded whole, to find damage now and not in training.
 *
 * @returns for each picture, what is kept, or why it cannot be read
 */
export async function preparePictures(
	pictures: readonly SourcePicture[],
	options: PreparationOptions,
): Promise<Array<PreparedPicture | Error>> {
	const { decoder, form, split, recipe } = options;
	const encoded: Array<{ index: number; request: PictureRequest }> = [];
	const results: Array<PreparedPicture | Error> = new Array(pictures.length);
	for (const [index, { content, position }] of pictures.entries()) {
		if (content.kind === 'pixels') {
			results[index] = await keepRaster(content, position, options);
			continue;
		}
		const choose = chooserFor(position, options);
		const request =
			form === 'bytes'
				? { bytes: content.bytes, choose: whole }
				: { bytes: content.bytes, choose, reduce: split === 'train' && recipe.reduced === true };
		encoded.push({ index, request });
		// A window above the end of a truncated file decodes without a word.
		if (form === 'pixels' && imageKind(content.bytes) === 'jpeg' && !endsAsJpeg(content.bytes)) {
			const [verdict] = decoder.prepare([{ bytes: content.bytes, choose: whole }]);
			if (verdict instanceof Error) encoded[encoded.length - 1].request = { bytes: noBytes, choose };
		}
	}
	const prepared = decoder.prepare(encoded.map(({ request }) => request));
	for (const [at, { index }] of encoded.entries()) {
		const result = prepared[at];
		const { content, position } = pictures[index];
		if (content.kind === 'pixels') continue;
		if (!(result instanceof Error)) {
			const bytes = form === 'bytes' ? content.bytes : (result as Uint8Array);
			results[index] = { bytes, converted: false };
			continue;
		}
		results[index] = await decodeOtherwise(content.bytes, position, options, result);
	}
	return results;
}

const noBytes = new Uint8Array();
const whole: PictureRequest['choose'] = (height, width) => ({ top: 0, left: 0, height, width });

const chooserFor =
	(position: number, { recipe, split, seed }: PreparationOptions): PictureRequest['choose'] =>
	(height, width) =>
		chooseWindow(recipe[split], height, width, cropStream(seed, split, 0, position));

async function keepRaster(
	raster: Raster,
	position: number,
	options: PreparationOptions,
): Promise<PreparedPicture> {
	const { form, resolution, recipe } = options;
	if (form === 'bytes') return { bytes: await encodePng(raster), converted: true };
	const window = chooserFor(position, options)(raster.height, raster.width);
	const bytes = prepareRaster(raster, window, { resolution, resize: recipe.resize, form: 'bytes' });
	return { bytes: bytes as Uint8Array, converted: false };
}

async function decodeOtherwise(
	bytes: Uint8Array,
	position: number,
	options: PreparationOptions,
	refusal: Error,
): Promise<PreparedPicture | Error> {
	const kind = imageKind(bytes);
	if (kind === 'empty') return new Error('the file is empty');
	try {
		return { ...(await keepRaster(await decodeWithSharp(bytes), position, options)), converted: true };
	} catch (error) {
		const reason = (error as Error).message.split('\n')[0].trim();
		if (kind === 'other') return new Error(`it is no JPEG, PNG or WebP picture (${reason})`);
		const truncated = kind === 'jpeg' && !endsAsJpeg(bytes) ? 'the file is truncated: ' : '';
		return new Error(`${truncated}${reason || refusal.message}`);
	}
}
