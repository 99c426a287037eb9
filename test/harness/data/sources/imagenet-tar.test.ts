import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openSource } from '../../../../harness/data/sources/source.ts';
import { UsageError } from '../../../../harness/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { bytesOf, gather, gatherFiles } from './gather.ts';
import {
	makeTrainArchive,
	validationLabels,
	validationNames,
	wnids,
	writeArchives,
} from './imagenet-tree.ts';
import { makeTar, type TarFile } from './write-tar.ts';

const devkit = 'test/fixtures/data/sources/devkit/ILSVRC2012_devkit_t12.tar.gz';

async function write(t: ExecutionContext) {
	const folder = temporaryFolder(t);
	copyFileSync(devkit, path.join(folder, path.basename(devkit)));
	return { folder, ...(await writeArchives(folder)) };
}

test('pictures of the archives are given in sorted order, each from its place', async t => {
	const { folder, train } = await write(t);
	const source = await openSource(`imagenet-tar:${folder}`);
	t.deepEqual(source.classNames, wnids);
	const pictures = await gather(source, 'train');
	t.deepEqual(
		pictures.map(({ key, label }) => [key, label]),
		wnids.flatMap((wnid, label) => [10, 20].map(number => [`${wnid}/${wnid}_${number}.JPEG`, label])),
	);
	const archive = readFileSync(train);
	for (const picture of pictures) {
		const text = picture.key.replace(/^.*\/(n\d+)_(\d+)\.JPEG$/u, '$1 picture $2');
		t.is(Buffer.from(bytesOf(picture)).toString(), text);
		t.is(archive.toString('latin1', picture.offset, picture.offset + text.length), text);
	}
	const held = await gather(source, 'test');
	t.deepEqual(
		held.map(({ key }) => key),
		validationNames,
	);
	t.deepEqual(
		held.map(({ label }) => label),
		validationLabels,
	);
	t.is(Buffer.from(bytesOf(held[1])).toString(), `content of ${validationNames[1]}`);
	t.deepEqual(
		(await gather(source, 'train', { positions: [1, 4] })).map(({ position }) => position),
		[1, 4],
	);
	t.deepEqual(await gatherFiles(source, 'train'), [
		{ name: 'ILSVRC2012_img_train.tar', bytes: archive.length },
	]);
});

test('a truncated training archive is refused with the place', async t => {
	const { folder, train } = await write(t);
	truncateSync(train, 3000);
	await t.throwsAsync(openSource(`imagenet-tar:${folder}`), {
		instanceOf: UsageError,
		message: `${train}: at byte 512: the archive ends within 'n03000684.tar': it needs 3072 bytes, the archive has 2488 left`,
	});
});

test('a truncated validation archive is refused with the place', async t => {
	const { folder, validation } = await write(t);
	truncateSync(validation, 2048);
	await t.throwsAsync(openSource(`imagenet-tar:${folder}`), {
		instanceOf: UsageError,
		message: `${validation}: at byte 2048: the archive ends here without its closing blocks`,
	});
});

test('a missing archive is refused with the form that fits', async t => {
	const { folder, train } = await write(t);
	rmSync(train);
	await t.throwsAsync(openSource(`imagenet-tar:${folder}`), {
		instanceOf: UsageError,
		message: `imagenet-tar: ${train} is missing`,
	});
	const error = (await t.throwsAsync(
		openSource('imagenet-tar:test/fixtures/data/sources/tfds'),
	)) as UsageError;
	t.regex(error.fix ?? '', /^did you mean `tfrecords:.*tfds`\?/u);
});

const refused = test.macro(
	async (t, change: (files: TarFile[]) => TarFile[], message: (train: string) => string) => {
		const { folder, train } = await write(t);
		writeFileSync(train, await makeTrainArchive(change));
		await t.throwsAsync(openSource(`imagenet-tar:${folder}`), {
			instanceOf: UsageError,
			message: message(train),
		});
	},
);

test(
	'an archive of pictures instead of archives is refused',
	refused,
	() => [{ name: 'n01440764/n01440764_10.JPEG', content: Buffer.from('x') }],
	train => `${train}: at byte 512: expected one tar archive a class, found 'n01440764/n01440764_10.JPEG'`,
);
test(
	'a class that is there twice is refused with both places',
	refused,
	files => [...files, files[0]],
	train => `${train}: at byte 11264: 'n03000684' is in the archive already, at byte 512`,
);
test(
	'an empty class is refused by name',
	refused,
	files => files.map((file, index) => (index === 1 ? { name: file.name } : file)),
	train => `imagenet-tar: ${path.dirname(train)}: 1 of 3 classes have no training picture: n02102040`,
);

test('a picture that is there twice is refused, an empty one is told when it is read', async t => {
	const { folder, train } = await write(t);
	const twice = { name: 'x.JPEG', content: Buffer.from('x') };
	writeFileSync(
		train,
		await makeTrainArchive(files => [...files.slice(1), { name: 'n03000684.tar', content: twice.content }]),
	);
	await t.throwsAsync(openSource(`imagenet-tar:${folder}`), {
		message: `${train}: at byte 7680: the archive ends here within its first header`,
	});
	const doubled = await makeTar([twice, twice]);
	writeFileSync(
		train,
		await makeTrainArchive(files => [{ name: 'n03000684.tar', content: doubled }, ...files.slice(1)]),
	);
	await t.throwsAsync(openSource(`imagenet-tar:${folder}`), {
		message: `${train}: at byte 2048: 'x.JPEG' is in the archive already, at byte 1024`,
	});
	const empty = await makeTar([{ name: 'x.JPEG' }]);
	writeFileSync(
		train,
		await makeTrainArchive(files => [{ name: 'n03000684.tar', content: empty }, ...files.slice(1)]),
	);
	await t.throwsAsync(gather(await openSource(`imagenet-tar:${folder}`), 'train'), {
		message: `${train}: at byte 1024: the picture has 0 bytes (picture n03000684/x.JPEG)`,
	});
});

test('a validation archive with more pictures than labels is refused', async t => {
	const { folder, validation } = await write(t);
	writeFileSync(
		validation,
		await makeTar(
			[...validationNames, 'ILSVRC2012_val_00000005.JPEG'].map(name => ({ name, content: Buffer.from('x') })),
		),
	);
	await t.throwsAsync(openSource(`imagenet-tar:${folder}`), {
		message: `${path.join(folder, path.basename(devkit))} (ILSVRC2012_validation_ground_truth.txt): has 4 labels for 5 validation pictures`,
	});
});
