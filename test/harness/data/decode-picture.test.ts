import test from 'ava';
import { PNG } from 'pngjs';
import sharp from 'sharp';
import { decodeImage } from '../../../harness/data/decode-image.ts';
import { decodePicture, decodingProblem, resizeRaster } from '../../../harness/data/decode-picture.ts';
import { tf } from '../../../harness/tensor/tensorflow.ts';

/** uint8 RGB, 12 rows of 16 pixels. */
const raster = {
	height: 12,
	width: 16,
	pixels: Uint8Array.from({ length: 12 * 16 * 3 }, (_, index) => (index * 7 + (index >> 5) * 3) % 256),
};
const encode = () =>
	sharp(raster.pixels, { raw: { height: raster.height, width: raster.width, channels: 3 } });

test('pixels are cut and resized as decoded pictures are', async t => {
	const png = await encode().png().toBuffer();
	for (const resolution of [4, 5, 12, 20]) {
		t.deepEqual(resizeRaster(raster, resolution), decodeImage(png, resolution), `${resolution}`);
	}
});

test('PNG with a palette, 16 bits, or grey alone is decoded by TensorFlow', async t => {
	const before = tf.memory().numTensors;
	const grey = await encode().toColorspace('b-w').png().toBuffer();
	const { pixels, bySharp } = await decodePicture(grey, 12);
	t.false(bySharp);
	t.true(pixels.every((value, index) => value === pixels[index - (index % 3)]));
	const palette = await decodePicture(await encode().png({ palette: true }).toBuffer(), 12);
	t.false(palette.bySharp);
	const deep = await decodePicture(await encode().toColorspace('rgb16').png().toBuffer(), 12);
	t.false(deep.bySharp);
	t.deepEqual(deep.pixels, resizeRaster(raster, 12));
	t.is(tf.memory().numTensors, before);
});

test('WebP without loss is decoded by sharp, whatever the file is called', async t => {
	const { pixels, bySharp } = await decodePicture(await encode().webp({ lossless: true }).toBuffer(), 12);
	t.true(bySharp);
	t.deepEqual(pixels, resizeRaster(raster, 12));
});

test('progressive JPEG, and CMYK, are decoded', async t => {
	const plain = await decodePicture(
		await encode().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
		12,
	);
	const progressive = await decodePicture(
		await encode().jpeg({ quality: 100, chromaSubsampling: '4:4:4', progressive: true }).toBuffer(),
		12,
	);
	t.false(progressive.bySharp);
	t.deepEqual(progressive.pixels, plain.pixels);
	const solid = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 200, g: 30, b: 60 } } });
	const cmyk = await decodePicture(await solid.toColorspace('cmyk').jpeg({ quality: 100 }).toBuffer(), 4);
	const [red, green, blue] = cmyk.pixels;
	t.true(red > 150 && green < 100 && blue < 120, `${red}, ${green}, ${blue}`);
});

test('the orientation that a camera noted is not followed, as TensorFlow does not', async t => {
	const turned = await encode().jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer();
	t.deepEqual(
		(await decodePicture(turned, 12)).pixels,
		(await decodePicture(await encode().jpeg({ quality: 100 }).toBuffer(), 12)).pixels,
	);
});

test('what is no picture is refused with the reason', async t => {
	await t.throwsAsync(decodePicture(Buffer.alloc(0), 4), { message: 'the file is empty' });
	await t.throwsAsync(decodePicture(Buffer.from('text'), 4), {
		message: 'the content is neither JPEG nor PNG',
	});
	const webp = await encode().webp().toBuffer();
	await t.throwsAsync(decodePicture(webp.subarray(0, 60), 4));
	const png = PNG.sync.write(new PNG({ width: 4, height: 4 }));
	const error = await t.throwsAsync(decodePicture(png.subarray(0, 40), 4));
	t.notRegex(decodingProblem(error), /TF_Status/u);
});
