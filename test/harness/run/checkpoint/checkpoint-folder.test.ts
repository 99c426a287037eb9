import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import {
	listCheckpoints,
	openLatestCheckpoint,
	removeCheckpoints,
	removeHalfWritten,
	writeCheckpoint,
} from '../../../../harness/run/checkpoint/checkpoint-folder.ts';
import {
	digestOfFile,
	readTensorFile,
	writeTensorFile,
} from '../../../../harness/run/checkpoint/tensor-file.ts';
import { decodeSafetensors } from '../../../../harness/tensor/safetensors.ts';

function temporaryFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fewer-labels-checkpoint-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

function write(folder: string, step: number, keep?: Parameters<typeof writeCheckpoint>[2]): void {
	const values = (): Float32Array => Float32Array.of(step, 0.1, Number.MIN_VALUE);
	writeCheckpoint(
		folder,
		{ runId: 'a', step, memory: { sum: 0.1 + step }, tensors: [{ name: 'w', shape: [1, 3], values }] },
		keep,
	);
}

const fileOf = (folder: string, step: number, name: string): string =>
	path.join(folder, 'checkpoints', `step-${String(step).padStart(8, '0')}`, name);

const latestStep = (folder: string): unknown =>
	(JSON.parse(readFileSync(path.join(folder, 'checkpoints/latest.json'), 'utf8')) as { step: number }).step;

test('tensors are written one at a time as a safetensors file that others can read', t => {
	const file = path.join(temporaryFolder(t), 'tensors.safetensors');
	const asked: string[] = [];
	const source = (name: string, shape: number[], ...values: number[]) => ({
		name,
		shape,
		values() {
			asked.push(name);
			return Float32Array.from(values);
		},
	});
	const digest = writeTensorFile(file, [source('a/kernel', [2, 1], 1, -0), source('scalar', [], 3.5)]);
	t.deepEqual(asked, ['a/kernel', 'scalar']);
	t.is(digestOfFile(file), digest);
	const { tensors } = decodeSafetensors(readFileSync(file), file);
	t.deepEqual(tensors.get('a/kernel'), { shape: [2, 1], values: Float32Array.of(1, -0) });
	t.deepEqual(
		[...readTensorFile(file)],
		[...tensors].map(([name, { shape, values }]) => ({ name, shape, values: values as Float32Array })),
	);
});

test('the last checkpoint is found again, the last two are kept, and the pointer names the last', t => {
	const folder = temporaryFolder(t);
	t.is(
		openLatestCheckpoint(folder, () => t.fail()),
		undefined,
	);
	for (const step of [5, 10, 15]) write(folder, step);
	t.deepEqual(listCheckpoints(folder), [15, 10]);
	t.is(latestStep(folder), 15);
	const { state, tensorFile } = openLatestCheckpoint(folder, () => t.fail())!;
	t.like(state, { step: 15, runId: 'a', memory: { sum: 15.1 } });
	t.deepEqual([...readTensorFile(tensorFile)][0].values[0], 15);
	write(folder, 20, others => others.filter(step => step % 10 === 0));
	t.deepEqual(listCheckpoints(folder), [20, 10]);
});

test('a damaged checkpoint is passed over for the one before, with a word: tensors, counters, or a file missing', t => {
	const damages: Record<string, (file: (name: string) => string) => void> = {
		'state.safetensors: its digest is another one': file => {
			const content = readFileSync(file('state.safetensors'));
			content[content.length - 1] ^= 1;
			writeFileSync(file('state.safetensors'), content);
		},
		'state.json: its digest is another one': file => {
			const text = readFileSync(file('state.json'), 'utf8');
			writeFileSync(file('state.json'), text.replace('10.1', '10.2'));
		},
		'state.json: it is damaged': file => writeFileSync(file('state.json'), '{"schemaVersion":1}'),
		'state.json: ': file => writeFileSync(file('state.json'), ''),
		'state.safetensors: cannot be read': file => rmSync(file('state.safetensors')),
	};
	for (const [expected, damage] of Object.entries(damages)) {
		const folder = temporaryFolder(t);
		write(folder, 5);
		write(folder, 10);
		damage(name => fileOf(folder, 10, name));
		const problems: [number, string][] = [];
		const found = openLatestCheckpoint(folder, (step, problem) => problems.push([step, problem]));
		t.is(found?.state.step, 5, expected);
		t.is(problems.length, 1);
		t.is(problems[0][0], 10);
		t.true(problems[0][1].includes(expected), problems[0][1]);
		removeCheckpoints(folder, [10]);
		t.is(latestStep(folder), 5, 'the pointer follows');
	}
});

test('a damaged pointer costs nothing, one to nothing is told', t => {
	const folder = temporaryFolder(t);
	write(folder, 5);
	const pointer = path.join(folder, 'checkpoints/latest.json');
	writeFileSync(pointer, '{"st');
	t.is(openLatestCheckpoint(folder, () => t.fail())!.state.step, 5);
	write(folder, 6);
	rmSync(fileOf(folder, 5, ''), { recursive: true });
	rmSync(fileOf(folder, 6, ''), { recursive: true });
	const problems: string[] = [];
	t.is(
		openLatestCheckpoint(folder, (_, problem) => problems.push(problem)),
		undefined,
	);
	t.deepEqual(problems, ['step-00000006 is missing']);
});

test('what a killed process left half written is no checkpoint, and is removed', t => {
	const folder = temporaryFolder(t);
	write(folder, 5);
	const half = path.join(folder, 'checkpoints/.step-00000010.abc.tmp');
	mkdirSync(half);
	writeFileSync(path.join(half, 'state.safetensors'), 'half');
	t.is(openLatestCheckpoint(folder, () => t.fail())!.state.step, 5);
	removeHalfWritten(folder);
	t.deepEqual(readdirSync(path.join(folder, 'checkpoints')).sort(), ['latest.json', 'step-00000005']);
});

test('a checkpoint of the same step takes the place of the one there', t => {
	const folder = temporaryFolder(t);
	write(folder, 5);
	writeFileSync(fileOf(folder, 5, 'state.json'), 'damaged');
	write(folder, 5);
	t.is(openLatestCheckpoint(folder, () => t.fail())!.state.step, 5);
});

test('a checkpoint of a newer version is refused, and not taken for a damaged one', t => {
	for (const name of ['state.json', '../latest.json']) {
		const folder = temporaryFolder(t);
		write(folder, 5);
		write(folder, 10);
		const file = fileOf(folder, 10, name);
		writeFileSync(file, readFileSync(file, 'utf8').replace('"schemaVersion":1', '"schemaVersion":2'));
		t.throws(() => openLatestCheckpoint(folder, () => t.fail()), {
			instanceOf: EnvironmentError,
			message: /written by a newer version of fewer-labels \(format 2; this one reads 1\)/u,
		});
		t.deepEqual(listCheckpoints(folder), [10, 5]);
	}
});
