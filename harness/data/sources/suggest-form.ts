import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** How each form is told by the names of its files; the first that fits is meant. */
const signs: ReadonlyArray<readonly [kind: string, name: RegExp]> = [
	['imagenet-tar', /^ILSVRC2012_img_(?:train|val)\.tar$/u],
	['cifar10', /^(?:data_batch_\d(?:\.bin)?|test_batch(?:\.bin)?|cifar-10-(?:binary|python)\.tar\.gz)$/u],
	['cifar10', /^cifar-10-batches-(?:bin|py)$/u],
	['cifar100', /^(?:fine_label_names\.txt|cifar-100-(?:binary|python)(?:\.tar\.gz)?)$/u],
	['mnist', /^(?:train|t10k)-(?:images|labels)[-.]idx\d-ubyte(?:\.gz)?$/u],
	['svhn', /^(?:train|test)_32x32\.mat$/u],
	['tfrecords', /(?:\.tfrecord-|^(?:train|validation)-)\d{5}-of-\d{5}$/u],
	['hdf5', /\.(?:hdf5|h5)$/u],
	['webdataset', /\.tar$/u],
];

/**
 * The form that fits what lies at a path, told by file names alone: `svhn:DIR`; undefined for nothing. A folder
 * that fits no other form is `folder:DIR`.
 */
export function detectForm(target: string): string | undefined {
	const found = statSync(target, { throwIfNoEntry: false });
	if (!found) return undefined;
	const names = found.isDirectory() ? readdirSync(target) : [path.basename(target)];
	for (const [kind, sign] of signs) {
		const name = names.find(candidate => sign.test(candidate));
		if (name === undefined) continue;
		const isFile = kind === 'hdf5' || (kind === 'webdataset' && !found.isDirectory());
		if (isFile) return `${kind}:${found.isDirectory() ? path.join(target, name) : target}`;
		return `${kind}:${found.isDirectory() ? target : path.dirname(target)}`;
	}
	return found.isDirectory() ? `folder:${target}` : undefined;
}

/** A fix, after the form that was probably meant if what lies there tells one. */
export function suggestForm(target: string, fix: string): string {
	let form: string | undefined;
	try {
		form = detectForm(target);
	} catch {
		// An unreadable folder suggests nothing.
	}
	return form === undefined ? fix : `did you mean \`${form}\`? ${fix}`;
}
