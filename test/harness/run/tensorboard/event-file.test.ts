import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { crc32c, maskedCrc32c } from '../../../../harness/run/tensorboard/crc32c.ts';
import { encodeRecord, openEventFile, readRecords } from '../../../../harness/run/tensorboard/event-file.ts';
import {
	encodeEvent,
	encodeFileVersion,
	histogramOf,
	stepOfEvent,
} from '../../../../harness/run/tensorboard/event-message.ts';

// Made by TensorFlow's own classes: ci/golden/run-tensorboard.py
const golden = JSON.parse(readFileSync('test/fixtures/run/tensorboard.json', 'utf8')) as {
	png: string;
	file: string;
	maskedChecksums: Record<string, number>;
};

test('checksums are those of TensorFlow', t => {
	// RFC 3720, B.4, and the check value of the polynomial.
	t.is(crc32c(new Uint8Array(32)), 0x8a9136aa);
	t.is(crc32c(Buffer.from('123456789')), 0xe3069283);
	for (const [text, expected] of Object.entries(golden.maskedChecksums)) {
		t.is(maskedCrc32c(Buffer.from(text)), expected);
	}
});

test('scalars, images and histograms give the bytes that TensorFlow writes', t => {
	const records = [
		encodeFileVersion(1.5),
		encodeEvent({
			wallTime: 1_700_000_000.25,
			step: 7,
			values: [
				{ tag: 'discriminator/total', scalar: 1.25 },
				{ tag: 'generator/total', scalar: -0.1 },
			],
		}),
		encodeEvent({
			wallTime: 1_700_000_001,
			step: 250_000,
			values: [
				{ tag: 'samples', png: Buffer.from(golden.png, 'base64'), height: 1, width: 2 },
				{
					tag: 'weights',
					histogram: {
						minimum: -2,
						maximum: 3,
						count: 5,
						sum: 1.5,
						sumOfSquares: 14.25,
						limits: [-1, 0.5, 4],
						counts: [1, 3, 1],
					},
				},
			],
		}),
	];
	t.is(Buffer.concat(records.map(encodeRecord)).toString('base64'), golden.file);
	t.deepEqual(records.map(stepOfEvent), [0, 7, 250_000]);
});

test('a histogram counts every finite value between its limits', t => {
	const values = Float32Array.of(-2, -1e-3, 0, 0, 1e-13, 0.5, 0.51, 3, Number.NaN);
	const { minimum, maximum, count, limits, counts } = histogramOf(values);
	t.deepEqual([minimum, maximum, count], [-2, 3, 8]);
	t.deepEqual(
		limits,
		limits.toSorted((first, second) => first - second),
	);
	for (const [index, limit] of limits.entries()) {
		const below = index === 0 ? Number.NEGATIVE_INFINITY : limits[index - 1];
		t.is([...values].filter(value => value > below && value <= limit).length, counts[index], `≤ ${limit}`);
	}
	t.is(histogramOf(new Float32Array(0)).count, 0);
});

test('a run that goes on adds to its file, and each step stands in it once', t => {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-events-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	const at = (step: number) => ({ step, values: [{ tag: 'loss', scalar: step }] });
	const first = openEventFile(folder, 'a', 0);
	for (const step of [1, 2, 3, 4]) first.add(at(step));
	const [name] = readdirSync(folder);
	const file = path.join(folder, name);
	// Killed while it wrote.
	appendFileSync(file, encodeRecord(encodeEvent({ wallTime: 1, ...at(5) })).subarray(0, 30));

	const second = openEventFile(folder, 'a', 2);
	for (const step of [3, 4, 5]) second.add(at(step));
	const steps = (): number[] => [...readRecords(readFileSync(file))].map(({ data }) => stepOfEvent(data));
	t.deepEqual(steps(), [0, 1, 2, 3, 4, 5]);
	t.deepEqual(readdirSync(folder), [name]);

	const content = readFileSync(file);
	content[content.length - 6] ^= 1;
	writeFileSync(file, content);
	t.deepEqual(steps(), [0, 1, 2, 3, 4], 'a damaged record ends the file');
});
