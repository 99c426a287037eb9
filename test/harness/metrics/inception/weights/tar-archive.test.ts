import { gzipSync } from 'node:zlib';
import test from 'ava';
import { UsageError } from '../../../../../harness/errors.ts';
import { readGraphFromTarGzip } from '../../../../../harness/metrics/inception/weights/tar-archive.ts';
import { tarOf } from '../weight-files.ts';

const text = (content: string): Buffer => Buffer.from(content);

test('the official graph is preferred, the only one is taken', t => {
	const official = gzipSync(
		tarOf([
			['a.pb', text('a')],
			['x/classify_image_graph_def.pb', text('official')],
		]),
	);
	t.deepEqual(readGraphFromTarGzip(official, 'f'), {
		name: 'x/classify_image_graph_def.pb',
		content: text('official'),
	});
	const only = gzipSync(
		tarOf([
			['README', text('r'.repeat(600))],
			['graph.pb', text('g')],
		]),
	);
	t.deepEqual(readGraphFromTarGzip(only, 'f').content, text('g'));
});

const refused = test.macro((t, bytes: () => Buffer, problem: string) => {
	t.throws(() => readGraphFromTarGzip(bytes(), 'f.tgz'), {
		instanceOf: UsageError,
		message: `f.tgz: cannot be read as Inception's weights: ${problem}`,
	});
});
const two: ReadonlyArray<readonly [string, Buffer]> = [
	['a.pb', text('a')],
	['b.pb', text('b')],
];
test(
	'two graphs of other names are refused',
	refused,
	() => gzipSync(tarOf(two)),
	'its archive holds 2 graphs (.pb), expected one',
);
test(
	'a gzipped file that is no archive is refused',
	refused,
	() => gzipSync(Buffer.alloc(600, 'x')),
	'it is gzipped, but not a tar archive (at byte 0)',
);
test(
	'a changed header is refused',
	refused,
	() => {
		const archive = tarOf([['a.pb', text('a')]]);
		archive[0] ^= 1;
		return gzipSync(archive);
	},
	'it is gzipped, but not a tar archive (at byte 0)',
);
test(
	'an archive that ends within its file is refused',
	refused,
	() => gzipSync(tarOf([['a.pb', Buffer.alloc(5000)]]).subarray(0, 2000)),
	"its archive ends within 'a.pb'",
);
test(
	'damaged compression is refused',
	refused,
	() => {
		const bytes = gzipSync(tarOf(two));
		bytes[bytes.length - 5] ^= 1;
		return bytes;
	},
	'its compression is damaged or it is cut short (Z_DATA_ERROR)',
);
test(
	'a bomb is refused before it fills the memory',
	refused,
	() => {
		// Members of a gzip file unpack one after the other.
		const megabytes = gzipSync(Buffer.alloc(64 * 2 ** 20), { level: 1 });
		return Buffer.concat(new Array(9).fill(megabytes));
	},
	'it would unpack to more than 536870912 bytes, Inception takes 96 MB',
);
