import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { nearestNames } from '../../nearest-names.ts';
import { findRightFolder, isFolder, looksRight } from './class-folders.ts';
import { forms } from './source-forms.ts';

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

/** The form that fits what lies at a path or near it, told by names alone: `svhn:DIR`; undefined for nothing. */
function detectForm(target: string): string | undefined {
	if (!existsSync(target)) return undefined;
	const found = statSync(target);
	const names = found.isDirectory() ? readdirSync(target) : [path.basename(target)];
	for (const [kind, sign] of signs) {
		const name = names.find(candidate => sign.test(candidate));
		if (name === undefined) continue;
		const isFile = kind === 'hdf5' || (kind === 'webdataset' && !found.isDirectory());
		if (isFile) return `${kind}:${found.isDirectory() ? path.join(target, name) : target}`;
		return `${kind}:${found.isDirectory() ? target : path.dirname(target)}`;
	}
	if (!found.isDirectory()) return undefined;
	const right = looksRight(target) ? target : findRightFolder(target);
	return right === undefined ? undefined : classFolders(right);
}

/** `imagenet:DIR` for train/ and val/ with classes named as ImageNet's, else `folder:DIR`. */
function classFolders(folder: string): string {
	const train = path.join(folder, 'train');
	const isImagenet =
		isFolder(train) &&
		isFolder(path.join(folder, 'val')) &&
		readdirSync(train).every(name => /^(?:n\d{8}|\..*)$/u.test(name));
	return `${isImagenet ? 'imagenet' : 'folder'}:${folder}`;
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

/**
 * A fix for a text that is no source, after what was probably meant: the form of what lies at the path in it, or
 * the forms whose names are near.
 */
export function suggestKind(text: string, fix: string): string {
	const colon = text.indexOf(':');
	const target = existsSync(text) ? text : text.slice(colon + 1);
	if (target !== '' && existsSync(target)) {
		const found = suggestForm(target, fix);
		const isUnknownFolder = found === fix && isFolder(target);
		return isUnknownFolder ? `did you mean \`folder:${target}\`? ${fix}` : found;
	}
	const kind = colon === -1 ? text : text.slice(0, colon);
	const near = nearestNames(
		kind,
		forms.map(form => form.kind),
	);
	if (near.length === 0) return fix;
	const shown = near.map(name => {
		const found = forms.find(form => form.kind === name)!;
		return found.target === '' ? `\`${name}\`` : `\`${name}:${found.target}\``;
	});
	return `did you mean ${shown.join(' or ')}? ${fix}`;
}
