import test from 'ava';
import { quantise } from '../../../../harness/metrics/resize/quantise.ts';

test('none keeps fractions and values outside [0, 255]', t => {
	const pixels = Float32Array.of(-3.5, 0.5, 254.75, 260);
	t.is(quantise(pixels, 'none'), pixels);
});

test('halves round up and values are clipped, not wrapped', t => {
	const pixels = Float32Array.of(-3.5, 0.49, 0.5, 1.5, 254.5, 255.4, 260, 511);
	t.deepEqual([...quantise(pixels, 'round-half-up')], [0, 0, 1, 2, 255, 255, 255, 255]);
});

test('bytes stay the same array', t => {
	const pixels = Uint8Array.of(1, 2);
	t.is(quantise(pixels, 'round-half-up'), pixels);
});
