import { openFeatureCache } from '../../../../harness/metrics/cache/feature-cache.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';

// A process of its own that writes one entry, for the test of two at once.
const writer = openFeatureCache(process.argv[2]).write(
	{ content: 'race', preprocessing: {}, extractorFingerprint: 'e', logitsBias: true, backend: 'b' },
	2,
	1,
);
for (let batch = 0; batch < 20; batch++) {
	const features = tf.tensor2d([batch, 1, 2, 3], [2, 2]);
	const logits = tf.tensor2d([1, 2], [2, 1]);
	writer.add(features, logits);
	tf.dispose([features, logits]);
}
if (writer.finish().count !== 40) process.exitCode = 1;
