// Random reads from a packed set, GB a second from the page cache: into memory that is there already, as feeds do,
// and through `read`, which hands out new memory each time. From the repository root:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/data/read.ts PACKED [--seconds 5]
import { parseArgs } from 'node:util';
import { openPacked } from '../../../harness/data/packed/open-packed.ts';
import { openShardReader } from '../../../harness/data/packed/shard-reader.ts';
import { median } from '../../../harness/statistics/median.ts';
import { createStream } from '../../../harness/tensor/random.ts';

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: { seconds: { type: 'string', default: '5' } },
});
const { train, resolution } = openPacked({ folder: positionals[0], seed: 1 });
const reader = openShardReader(train.packed.places);
const imageBytes = resolution * resolution * 3;
const together = 64;
const target = new Uint8Array(together * imageBytes);
const order = createStream(1, 'bench-read').permutation(train.count);
const kinds = {
	intoMemoryThatIsThere: (images: Uint32Array): void => {
		for (const [position, image] of images.entries()) reader.read(image, target, position * imageBytes);
	},
	asNewArrays: (images: Uint32Array): void => void train.read(images),
};
const rates: Record<keyof typeof kinds, number[]> = { intoMemoryThatIsThere: [], asNewArrays: [] };
for (let image = 0; image < train.count; image++) reader.read(image, target, 0);
const end = performance.now() + 1000 * Number(values.seconds);
while (performance.now() < end) {
	for (const [kind, read] of Object.entries(kinds) as Array<
		[keyof typeof kinds, (images: Uint32Array) => void]
	>) {
		const startedAt = performance.now();
		let images = 0;
		for (let from = 0; from + together <= order.length && images < 1024; from += together) {
			read(order.subarray(from, from + together));
			images += together;
		}
		rates[kind].push((images * imageBytes) / 1e6 / (performance.now() - startedAt));
	}
}
reader.close();
const summary = Object.entries(rates).map(([kind, list]) => [
	kind,
	{ median: Number(median(list).toFixed(2)), best: Number(Math.max(...list).toFixed(2)) },
]);
process.stdout.write(
	`${JSON.stringify({ images: train.count, imageBytes, gigabytesPerSecond: Object.fromEntries(summary) })}\n`,
);
