import { UsageError } from '../../errors.ts';
import type { OpenSourceOptions, PictureSource } from './source.ts';
import { listForms, pictureForms } from './source-forms.ts';
import { suggestKind } from './suggest-form.ts';

type Open = (target: string, options: OpenSourceOptions) => Promise<PictureSource>;

async function cifar(kind: 'cifar10' | 'cifar100'): Promise<Open> {
	const { openCifar } = await import('./cifar.ts');
	return (target, options) => openCifar(target, { ...options, kind });
}

async function mnist(kind: 'mnist' | 'fashion-mnist'): Promise<Open> {
	const { openMnist } = await import('./mnist.ts');
	return (target, options) => openMnist(target, { ...options, kind });
}

/** How each kind is opened; each reader is loaded when it is used. */
const readers: Readonly<Record<string, () => Promise<Open>>> = {
	folder: async () => (await import('./folder.ts')).openFolder,
	imagenet: async () => (await import('./imagenet.ts')).openImagenet,
	'imagenet-tar': async () => (await import('./imagenet-tar.ts')).openImagenetTar,
	tfrecords: async () => (await import('./tfrecords.ts')).openTfRecords,
	webdataset: async () => (await import('./webdataset.ts')).openWebDataset,
	cifar10: () => cifar('cifar10'),
	cifar100: () => cifar('cifar100'),
	mnist: () => mnist('mnist'),
	'fashion-mnist': () => mnist('fashion-mnist'),
	svhn: async () => (await import('./svhn.ts')).openSvhn,
	hdf5: async () => (await import('./hdf5.ts')).openHdf5,
};

/**
 * Opens a data source in any of `pictureForms`. What can be told without
 * decoding pictures is checked here: that the files are all there and of their sizes, and the labels.
 *
 * @param text `KIND:TARGET`, for example `imagenet-tar:DIR`
 * @throws UsageError for another form, and for files that are not what the form says
 */
export async function openSource(text: string, options: OpenSourceOptions = {}): Promise<PictureSource> {
	const [, kind = '', target = ''] = /^([a-z0-9-]+):(.+)$/su.exec(text) ?? [];
	const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
	if (text === 'shapes' || kind === 'packed') {
		throw new UsageError(
			`data source: ${text} has no pictures to prepare: ${text === 'shapes' ? 'they are drawn in code' : 'it is packed already'}`,
			`give it to --data as it is; ${listForms(pictureForms)}`,
		);
	}
	if (!reader) {
		throw new UsageError(
			`data source: expected one of the forms below, got "${text}"`,
			suggestKind(text, listForms(pictureForms)),
		);
	}
	return (await reader())(target, options);
}
