import { randomBytes } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readdirSync,
	renameSync,
	rmdirSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { PNG } from 'pngjs';
import { encodeSampleSheet, type SampleSheetOptions } from '../data/sample-sheet.ts';
import { UsageError } from '../errors.ts';
import { explainWriteError, writeFileAtomically } from '../write-atomically.ts';
import { type ArrayPart, writeArrays } from './array-file.ts';

/** Images on their way to a file or folder. */
export interface SampleOutput {
	readonly count: number;
	/** Width and height in pixels. */
	readonly resolution: number;
	/** Class of each image, if they have one. */
	readonly labels: Int32Array | null;
	/** uint8 RGB NHWC, in parts of any number of images. */
	readonly parts: Iterable<Uint8Array>;
	/** Files in sub-folders by class; folders only. Default false. */
	readonly byClass?: boolean;
	/** Images in a row of a sheet; default: as many as make it square. */
	readonly columns?: number;
	/** Wider lines of a sheet, see `SampleSheetOptions`. */
	readonly gapAfter?: SampleSheetOptions['gapAfter'];
	/** A sheet starts a row for each class. Default false. */
	readonly rowsByClass?: boolean;
}

export type SampleForm = 'sheet' | 'npy' | 'npz' | 'folder';

/** A sheet of more images is nothing to look at. */
const mostOnASheet = 4096;

/**
 * Form of the output by the name: `.png` a sheet, `.npy`, `.npz`, no extension a folder of PNGs.
 *
 * @throws UsageError for another extension, or a folder that holds something
 */
export function sampleForm(out: string): SampleForm {
	const extension = path.extname(out).toLowerCase();
	if (extension === '.png') return 'sheet';
	if (extension === '.npy' || extension === '.npz') return extension === '.npy' ? 'npy' : 'npz';
	if (extension !== '') {
		throw new UsageError(
			`--out: expected .png, .npy, .npz or a folder, got ${out}`,
			'a name without an extension is a folder of PNGs',
		);
	}
	if (existsSync(out) && (!statSync(out).isDirectory() || readdirSync(out).length > 0)) {
		throw new UsageError(
			`--out: ${out} exists and is not an empty folder`,
			'give a folder that is not there yet',
		);
	}
	return 'folder';
}

/**
 * Writes images, whole or not at all.
 *
 * @throws UsageError for a form that cannot hold them
 * @throws EnvironmentError if it cannot be written
 */
export function writeSamples(out: string, output: SampleOutput): void {
	const form = sampleForm(out);
	const { count, resolution, labels, byClass = false } = output;
	if (byClass && (form !== 'folder' || labels === null)) {
		throw new UsageError(
			`--by-class: expected a folder of images with class numbers, got ${labels === null ? 'rows of mixed classes' : out}`,
			'give --out a name without an extension',
		);
	}
	if (form === 'folder') writeFolder(out, output);
	else if (form === 'sheet') writeSheet(out, output);
	else {
		const shape = [count, resolution, resolution, 3];
		const images = { name: 'arr_0', descr: '|u1', shape, parts: output.parts };
		writeArrays(out, form === 'npz' ? [images, ...classesOf(output)] : [images], form === 'npz');
	}
}

/** Class numbers as the second array of a .npz, where other samplers put them too. */
function classesOf({ count, labels }: SampleOutput): ArrayPart[] {
	if (labels === null) return [];
	const parts = [new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength)];
	return [{ name: 'arr_1', descr: '<i4', shape: [count], parts }];
}

function writeSheet(out: string, output: SampleOutput): void {
	const { count, resolution, labels, parts, gapAfter, rowsByClass = false } = output;
	if (count > mostOnASheet) {
		throw new UsageError(
			`${out}: expected at most ${mostOnASheet} images on a sheet, got ${count}`,
			'write a .npy, .npz or folder, or fewer images',
		);
	}
	const columns = output.columns ?? Math.ceil(Math.sqrt(count));
	const pixels = Buffer.concat([...parts]);
	const rows = rowsByClass && labels !== null ? { labels } : {};
	writeFileAtomically(out, encodeSampleSheet({ pixels, count, resolution, columns, gapAfter, ...rows }));
}

/** PNGs named by their number, in a folder that takes its name when all of them are there. */
function writeFolder(out: string, { count, resolution, labels, parts, byClass }: SampleOutput): void {
	const target = path.resolve(out);
	const temporary = `${target}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`;
	const size = resolution * resolution * 3;
	const digits = Math.max(5, `${count - 1}`.length);
	const width = `${labels?.reduce((largest, label) => Math.max(largest, label), 0) ?? 0}`.length;
	try {
		mkdirSync(temporary, { recursive: true });
		let index = 0;
		for (const part of parts) {
			for (let from = 0; from < part.length; from += size, index++) {
				const name = `${`${index}`.padStart(digits, '0')}.png`;
				const folder = byClass ? `class-${`${labels![index]}`.padStart(width, '0')}` : '';
				const file = path.join(temporary, folder, name);
				writePicture(file, part.subarray(from, from + size), resolution);
			}
		}
		if (existsSync(target)) rmdirSync(target);
		renameSync(temporary, target);
	} catch (error) {
		rmSync(temporary, { recursive: true, force: true });
		throw explainWriteError(out, error);
	}
}

function writePicture(file: string, pixels: Uint8Array, resolution: number): void {
	const png = new PNG({ width: resolution, height: resolution });
	png.data = Buffer.from(pixels);
	// Not synced one by one: the folder appears when all of them are written.
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, PNG.sync.write(png, { colorType: 2, inputColorType: 2, inputHasAlpha: false }));
}
