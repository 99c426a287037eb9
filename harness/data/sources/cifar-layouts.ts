/** Which files a version of CIFAR has, and what is in them: https://www.cs.toronto.edu/~kriz/cifar.html */
export interface CifarLayout {
	readonly kind: 'cifar10' | 'cifar100';
	readonly version: 'binary' | 'python';
	readonly trainFiles: readonly string[];
	readonly testFiles: readonly string[];
	/** Pictures of each file of a split. */
	readonly trainRecords: number;
	readonly testRecords: number;
	/** Label bytes before the pixels of a record in the binary version; the last one is the class. */
	readonly labelBytes: number;
	/** Entry with the labels in the Python version. */
	readonly labelEntry: string;
	readonly namesFile: string;
	/** Entry with the class names in the Python version's file of names. */
	readonly namesEntry: string;
	readonly classes: number;
	/** Folder that the official archive unpacks to. */
	readonly folder: string;
	readonly archive: string;
}

const cifar10 = {
	kind: 'cifar10',
	trainRecords: 10_000,
	testRecords: 10_000,
	labelBytes: 1,
	labelEntry: 'labels',
	namesEntry: 'label_names',
	classes: 10,
} as const;

const cifar100 = {
	kind: 'cifar100',
	trainRecords: 50_000,
	testRecords: 10_000,
	labelBytes: 2,
	labelEntry: 'fine_labels',
	namesEntry: 'fine_label_names',
	classes: 100,
} as const;

export const cifarLayouts: readonly CifarLayout[] = [
	{
		...cifar10,
		version: 'binary',
		trainFiles: [1, 2, 3, 4, 5].map(part => `data_batch_${part}.bin`),
		testFiles: ['test_batch.bin'],
		namesFile: 'batches.meta.txt',
		folder: 'cifar-10-batches-bin',
		archive: 'cifar-10-binary.tar.gz',
	},
	{
		...cifar10,
		version: 'python',
		trainFiles: [1, 2, 3, 4, 5].map(part => `data_batch_${part}`),
		testFiles: ['test_batch'],
		namesFile: 'batches.meta',
		folder: 'cifar-10-batches-py',
		archive: 'cifar-10-python.tar.gz',
	},
	{
		...cifar100,
		version: 'binary',
		trainFiles: ['train.bin'],
		testFiles: ['test.bin'],
		namesFile: 'fine_label_names.txt',
		folder: 'cifar-100-binary',
		archive: 'cifar-100-binary.tar.gz',
	},
	{
		...cifar100,
		version: 'python',
		trainFiles: ['train'],
		testFiles: ['test'],
		namesFile: 'meta',
		folder: 'cifar-100-python',
		archive: 'cifar-100-python.tar.gz',
	},
];
