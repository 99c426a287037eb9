import { UsageError } from '../../errors.ts';
import { buildSource, type SplitReader } from './build-source.ts';
import type { CifarLayout } from './cifar-layouts.ts';
import { cifarResolution, readCifarRecords, readClassNames } from './cifar-records.ts';
import { type CifarStore, findCifar } from './cifar-store.ts';
import { interleavePlanes } from './planes.ts';
import type { OpenSourceOptions, PictureSource, SourcePicture } from './source.ts';

export interface OpenCifarOptions extends OpenSourceOptions {
	readonly kind: CifarLayout['kind'];
	/** Pictures of each training and test file. Default the official numbers; tests have small files. */
	readonly records?: { readonly train: number; readonly test: number };
}

const cifar10Names = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ');

/** Sizes of the files, labels of each, and the class names, in one pass over the store. */
async function scan(
	store: CifarStore,
	records: { readonly train: number; readonly test: number },
): Promise<{ sizes: Map<string, number>; labels: Map<string, Int32Array>; classNames: string[] }> {
	const { layout } = store;
	const sizes = new Map<string, number>();
	const labels = new Map<string, Int32Array>();
	let classNames = layout.kind === 'cifar10' ? cifar10Names : [];
	const names = [...layout.trainFiles, ...layout.testFiles];
	// CIFAR-10's own file of names would say the same.
	const wanted = layout.kind === 'cifar10' ? names : [...names, layout.namesFile];
	await store.visit(wanted, async (name, reader, size) => {
		const file = store.pathOf(name);
		sizes.set(name, size);
		if (name === layout.namesFile) {
			classNames = await readClassNames(layout, reader, size, file);
			return;
		}
		const count = layout.testFiles.includes(name) ? records.test : records.train;
		const found = new Int32Array(count);
		for await (const { index, label } of readCifarRecords(layout, reader, size, file, count)) {
			found[index] = label;
		}
		labels.set(name, found);
	});
	if (classNames.length !== layout.classes) {
		throw new UsageError(
			`${store.pathOf(layout.namesFile)}: expected ${layout.classes} class names, got ${classNames.length}`,
			'fetch the file again from https://www.cs.toronto.edu/~kriz/cifar.html',
		);
	}
	return { sizes, labels, classNames };
}

function splitReader(
	store: CifarStore,
	names: readonly string[],
	sizes: ReadonlyMap<string, number>,
	labels: ReadonlyMap<string, Int32Array>,
): SplitReader {
	const all = names.flatMap(name => [...labels.get(name)!]);
	return {
		count: all.length,
		labels: async () => Int32Array.from(all),
		files: () => store.files(names),
		async *read(positions): AsyncGenerator<SourcePicture> {
			const wanted = positions[Symbol.iterator]();
			let next = wanted.next();
			let first = 0;
			for (const name of names) {
				const count = labels.get(name)!.length;
				if (!next.done && next.value < first + count) {
					const reader = await store.open(name);
					const file = store.pathOf(name);
					try {
						const records = readCifarRecords(store.layout, reader, sizes.get(name)!, file, count);
						for await (const { index, offset, planes, label } of records) {
							if (next.done) return;
							if (first + index !== next.value) continue;
							const pixels = interleavePlanes(planes, cifarResolution ** 2);
							yield {
								position: next.value,
								key: `${name}#${index}`,
								label,
								content: { kind: 'pixels', pixels, height: cifarResolution, width: cifarResolution },
								file,
								offset,
							};
							next = wanted.next();
						}
					} finally {
						await reader.close();
					}
				}
				first += count;
			}
		},
	};
}

/**
 * Opens CIFAR-10 or CIFAR-100 (its 100 fine classes): the binary or the Python version, in a folder or inside the
 * official .tar.gz. Pickles are read through a subset that runs nothing. Archives are not unpacked: each file costs
 * a pass over the archive up to it, and only one file's pictures are held in memory.
 *
 * @throws UsageError as `findCifar` and `readCifarRecords`
 */
export async function openCifar(target: string, options: OpenCifarOptions): Promise<PictureSource> {
	const { kind } = options;
	const store = findCifar(kind, target);
	const { layout } = store;
	const records = options.records ?? { train: layout.trainRecords, test: layout.testRecords };
	const { sizes, labels, classNames } = await scan(store, records);
	const version = layout.version === 'binary' ? 'binary' : 'Python';
	return buildSource(
		{
			kind,
			target,
			name: kind,
			recipe: `${kind === 'cifar10' ? 'CIFAR-10' : 'CIFAR-100, fine labels'}, ${version} version, 32×32`,
			classNames,
			size: { height: cifarResolution, width: cifarResolution },
			train: splitReader(store, layout.trainFiles, sizes, labels),
			test: splitReader(store, layout.testFiles, sizes, labels),
		},
		options,
	);
}
