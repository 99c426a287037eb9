import { type Feature, readExample } from '../formats/tf-example.ts';

/** Which features of a record hold what: the layouts that data sets of pictures come in. */
export interface ExampleFields {
	/** For recipes and messages. */
	readonly name: string;
	readonly image: string;
	readonly label: string;
	/** Label of class 0 in the file. */
	readonly firstLabel: number;
	/** Features that may hold the picture's file name. */
	readonly fileNames: readonly string[];
}

/** TensorFlow Datasets: `image`, `label` from 0 on, `file_name` (imagenet2012) or `id`. */
const datasetsFields: ExampleFields = {
	name: 'TensorFlow Datasets (image, label from 0 on)',
	image: 'image',
	label: 'label',
	firstLabel: 0,
	fileNames: ['file_name', 'image/filename', 'id'],
};

/** TF-Slim, and the TPU tools: `image/encoded`, `image/class/label` from 1 on, 0 being kept for the background. */
const slimFields: ExampleFields = {
	name: 'TF-Slim (image/encoded, image/class/label from 1 on)',
	image: 'image/encoded',
	label: 'image/class/label',
	firstLabel: 1,
	fileNames: ['image/filename'],
};

export interface ExamplePicture {
	/** The encoded picture, in memory of its own. */
	readonly bytes: Uint8Array;
	/** From 0 on; null if the file says there is none (−1, or no such feature). */
	readonly label: number | null;
	readonly fileName: string | undefined;
}

/** The layout of a record; undefined if it has no picture under a name that is known. */
export function findFields(message: Buffer): ExampleFields | undefined {
	const features = readExample(message);
	return [datasetsFields, slimFields].find(({ image }) => features.get(image)?.bytes.length);
}

/** Names of the features of a record, for messages. */
export const listFeatures = (message: Buffer): string[] => [...readExample(message).keys()].sort();

/**
 * The picture of a record.
 *
 * @returns a text that says what is wrong with it if it has none, as a clause
 */
export function toPicture(message: Buffer, fields: ExampleFields): ExamplePicture | string {
	let features: Map<string, Feature>;
	try {
		features = readExample(message);
	} catch (error) {
		return `the record's message ${(error as Error).message}`;
	}
	const image = features.get(fields.image)?.bytes[0];
	if (!image) return `the record has no feature '${fields.image}'`;
	if (image.length === 0) return 'the picture has 0 bytes';
	const stored = features.get(fields.label)?.integers[0];
	const label = stored === undefined || stored === -1 ? null : stored - fields.firstLabel;
	const fileName = fields.fileNames
		.map(name => features.get(name)?.bytes[0]?.toString('utf8'))
		.find(name => name);
	// Copied: the record's memory goes on to the next one, and this one may go to another thread.
	return { bytes: new Uint8Array(image), label, fileName };
}
