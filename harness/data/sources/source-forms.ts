/** A form of data source: how it is written, and what it reads. */
export interface SourceForm {
	/** The word before the colon. */
	readonly kind: string;
	/** What follows the colon, for help; empty if nothing does. */
	readonly target: string;
	/** What is read, in a few words. */
	readonly about: string;
}

/** Every form that a data source may take, in the order of help and messages. */
export const forms: readonly SourceForm[] = [
	{ kind: 'shapes', target: '', about: 'built-in pictures' },
	{
		kind: 'folder',
		target: 'DIR',
		about: 'one sub-folder of JPEG, PNG or WebP images a class, or train/ and val/ or test/ above those',
	},
	{
		kind: 'imagenet',
		target: 'DIR',
		about: 'ImageNet unpacked: train/ and val/ class folders, or a flat val/ with a list of its labels',
	},
	{
		kind: 'imagenet-tar',
		target: 'DIR',
		about: 'ILSVRC2012_img_train.tar and ILSVRC2012_img_val.tar as they are, with the devkit or a label list',
	},
	{
		kind: 'tfrecords',
		target: 'DIR',
		about: 'TFRecords of TensorFlow Datasets, imagenet2012 say, or of TF-Slim',
	},
	{
		kind: 'webdataset',
		target: 'PATTERN',
		about: 'tar shards, DIR/train-{000..146}.tar, or a folder of them',
	},
	{ kind: 'cifar10', target: 'DIR', about: 'binary or Python version, unpacked or as .tar.gz' },
	{ kind: 'cifar100', target: 'DIR', about: 'binary or Python version, unpacked or as .tar.gz' },
	{ kind: 'mnist', target: 'DIR', about: 'idx files, also .gz' },
	{ kind: 'fashion-mnist', target: 'DIR', about: 'idx files, also .gz' },
	{ kind: 'svhn', target: 'DIR', about: 'train_32x32.mat and test_32x32.mat' },
	{ kind: 'hdf5', target: 'TRAIN[,TEST]', about: 'HDF5 of BigGAN-PyTorch: imgs and labels' },
	{ kind: 'packed', target: 'DIR', about: 'made by `fewer-labels pack`; the images stay on disk' },
];

const describe = ({ kind, target, about }: SourceForm): string =>
	`${target === '' ? kind : `${kind}:${target}`} (${about})`;

/** Every form, for messages and help. */
export const sourceForms: readonly string[] = forms.map(describe);

/** Forms that are read picture by picture: what `openSource` opens and `pack` takes. */
export const pictureForms: readonly string[] = forms
	.filter(({ kind }) => kind !== 'shapes' && kind !== 'packed')
	.map(describe);

/** Forms as a list for the end of a message. */
export const listForms = (described: readonly string[]): string =>
	`valid sources:\n${described.map(line => `  ${line}`).join('\n')}`;
