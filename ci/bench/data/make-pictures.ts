// Many JPEG pictures out of a few, no two alike: each gets a comment with its number, which decoders skip. By
// pack-memory.ts, as a process of its own:
//
//   node --import ./harness/runtime/register-typescript.js ci/bench/data/make-pictures.ts FOLDER OUT COUNT
//
// FOLDER has one sub-folder a class; OUT gets train/ and, with one picture a class, val/. Prints how many were made.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A JPEG file with a comment segment (marker FFFE) after its first marker. */
export function withComment(jpeg: Uint8Array, text: string): Uint8Array {
	const comment = Buffer.from(text);
	const head = [0xff, 0xfe, (comment.length + 2) >> 8, (comment.length + 2) & 0xff];
	return Buffer.concat([jpeg.subarray(0, 2), Uint8Array.from(head), comment, jpeg.subarray(2)]);
}

/** @returns pictures made: `count`, the first ones of every class being held out */
export function makePictures(source: string, out: string, count: number): number {
	const classes = readdirSync(source).map(name => ({
		name,
		originals: readdirSync(path.join(source, name))
			.filter(file => /\.jpe?g$/iu.test(file))
			.map(file => readFileSync(path.join(source, name, file))),
	}));
	for (const split of ['train', 'val']) {
		for (const { name } of classes) mkdirSync(path.join(out, split, name), { recursive: true });
	}
	for (let number = 0; number < count; number++) {
		const { name, originals } = classes[number % classes.length];
		const turn = Math.floor(number / classes.length);
		const file = `${String(number).padStart(7, '0')}.jpg`;
		writeFileSync(
			path.join(out, turn === 0 ? 'val' : 'train', name, file),
			withComment(originals[turn % originals.length], String(number)),
		);
	}
	return count;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [source, out, count] = process.argv.slice(2);
	process.stdout.write(`${makePictures(source, out, Number(count))}\n`);
}
