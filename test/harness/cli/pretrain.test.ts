import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Command } from 'commander';
import { register } from '../../../harness/cli/pretrain.ts';
import { describeSubset } from '../../../harness/data/label-subset.ts';
import { loadDataSet } from '../../../harness/data/load.ts';
import { UsageError } from '../../../harness/errors.ts';
import { readNpy } from '../../../harness/tensor/npy-file.ts';
import { readLabelFiles } from '../../../methods/pretraining/label-file.ts';

/** Runs the command in this process: what it prints on stdout, line by line. */
async function pretrain(...given: string[]): Promise<string[]> {
	const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
	register(program);
	for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => {} });
	const { stdout } = process;
	const original = stdout.write;
	let written = '';
	stdout.write = ((text: string) => {
		written += text;
		return true;
	}) as typeof stdout.write;
	try {
		await program.parseAsync(['pretrain', '--profile', 'smoke', ...given], { from: 'user' });
	} finally {
		stdout.write = original;
	}
	return written.trim().split('\n');
}

function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'pretrain-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

interface Result {
	readonly result: {
		readonly folder: string;
		readonly fingerprint: string;
		readonly errors: Readonly<Record<'heldOut' | 'unlabelled', { readonly images: number }>> | null;
	};
}

const resultOf = (lines: readonly string[]): Result['result'] => (JSON.parse(lines.at(-1)!) as Result).result;

test.serial(
	'it trains, labels every training image, and the same command finds the network there',
	async t => {
		const folder = temporaryFolder(t);
		const given = ['--labels', '10%', '--epochs', '0.05', '--out', folder, '--json'];
		const lines = await pretrain(...given);
		const result = resultOf(lines);
		t.is(result.folder, folder);
		t.is(result.errors!.heldOut.images, 500);
		t.is(result.errors!.unlabelled.images, 1800);
		t.like(JSON.parse(lines[0]), { event: 'progress', fraction: 1 });
		const files = readLabelFiles(path.join(folder, 'labels'));
		t.is(files.labels.length, 2000);
		t.is(files.readSoftLabels()!.length, 20_000);
		t.is(files.provenance.extractorFingerprint, result.fingerprint);

		const stored = readFileSync(path.join(folder, 'extractor', 'weights.safetensors'));
		const again = await pretrain(...given);
		t.deepEqual(resultOf(again).errors, result.errors);
		t.false(again.some(line => line.includes('update')));
		t.deepEqual(readFileSync(path.join(folder, 'extractor', 'weights.safetensors')), stored);

		await t.throwsAsync(pretrain(...given, '--seed', '2'), {
			instanceOf: UsageError,
			message: `${path.join(folder, 'extractor')}: holds a network of another recipe or of other data`,
		});
	},
);

test.serial(
	'the labelled images are named beside the labels, which may be inferred from four rotations',
	async t => {
		const folder = temporaryFolder(t);
		const given = ['--labels', '10%', '--epochs', '0.05', '--out', folder];
		await pretrain(...given);
		const labels = path.join(folder, 'labels');
		const upright = readLabelFiles(labels);
		const uprightSoft = upright.readSoftLabels();
		await pretrain(...given, '--views', 'four-rotations');
		const turned = readLabelFiles(labels);
		t.is(upright.provenance.views, 'upright');
		t.is(turned.provenance.views, 'four-rotations');
		t.notDeepEqual(turned.readSoftLabels(), uprightSoft);
		const { values } = readNpy(path.join(labels, 'labelled.npy'));
		const { train } = await loadDataSet('shapes', { resolution: 32, trainCount: 2000, testCount: 500 });
		t.deepEqual(
			turned.provenance.labelledSubset,
			describeSubset(train.labels, 10, Uint32Array.from(values)) as unknown,
		);
	},
);

test.serial('the supervised baseline sees whole batches of labelled images', async t => {
	const folder = temporaryFolder(t);
	await pretrain('--method', 'supervised', '--labels', '10%', '--epochs', '0.05', '--out', folder);
	const { description } = JSON.parse(readFileSync(path.join(folder, 'extractor', 'extractor.json'), 'utf8'));
	const { batchSize, rotationWeight, unlabelledPerBatch, learningRateImages } = description.options;
	t.deepEqual(
		{ batchSize, rotationWeight, unlabelledPerBatch, learningRateImages },
		{ batchSize: 32, rotationWeight: 0, unlabelledPerBatch: 0, learningRateImages: 'batch' },
	);
});

test.serial('on rotations only it writes no labels', async t => {
	const folder = temporaryFolder(t);
	const lines = await pretrain('--method', 'rotation', '--epochs', '0.05', '--out', folder);
	t.regex(lines[0], /trained on rotations only in [\d.]+ s$/u);
	t.true(existsSync(path.join(folder, 'extractor', 'extractor.json')));
	t.false(existsSync(path.join(folder, 'labels')));
});

test.serial('numbers out of range and unknown names are refused', async t => {
	const folder = temporaryFolder(t);
	for (const epochs of ['-1', '0', 'two']) {
		await t.throwsAsync(pretrain('--epochs', epochs, '--out', folder), {
			message: `error: option '--epochs <number>' argument '${epochs}' is invalid. expected a number above 0, got '${epochs}'.`,
		});
	}
	await t.throwsAsync(pretrain('--method', 'clustering', '--out', folder), {
		message: /Allowed choices are semi-supervised, rotation, supervised/u,
	});
	await t.throwsAsync(pretrain('--labels', '2', '--out', folder), { message: /label fraction/u });
	await t.throwsAsync(pretrain('--profile', 'proxy', '--out', folder), {
		instanceOf: UsageError,
		message: "profile: there is no profile 'proxy'",
	});
	t.false(existsSync(path.join(folder, 'extractor')));
});
