import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { encodeNpz } from '../../../../harness/metrics/sources/npz-writer.ts';
import { readZipDirectory } from '../../../../harness/metrics/sources/zip-directory.ts';
import { temporaryFolder } from '../../data/temporary-folder.ts';
import { fixture } from './fixtures.ts';

function write(t: ExecutionContext, bytes: Uint8Array): string {
	const file = path.join(temporaryFolder(t), 'x.npz');
	writeFileSync(file, bytes);
	return file;
}

test("NumPy's archives list their arrays, stored and deflated", t => {
	t.deepEqual(
		readZipDirectory(fixture('arrays/stored.npz')).map(({ name, method }) => [name, method]),
		[
			['arr_0.npy', 0],
			['arr_1.npy', 0],
		],
	);
	const [member] = readZipDirectory(fixture('arrays/deflated.npz'));
	t.is(member.method, 8);
	t.is(member.bytes, readFileSync(fixture('arrays/images.npy')).length);
});

test('a stored member lies where the directory says', t => {
	const file = fixture('arrays/stored.npz');
	const [{ start, bytes }] = readZipDirectory(file);
	t.deepEqual(readFileSync(file).subarray(start, start + bytes), readFileSync(fixture('arrays/images.npy')));
});

/** The same archive with its sizes, offsets and counts moved to zip64 records, as above 4 GiB. */
function asZip64(plain: Buffer): Buffer {
	const end = plain.length - 22;
	const offset = plain.readUInt32LE(end + 16);
	const directory = plain.subarray(offset, end);
	const nameBytes = directory.readUInt16LE(28);
	const entry = Buffer.from(directory);
	const extra = Buffer.alloc(28);
	extra.writeUInt16LE(1, 0);
	extra.writeUInt16LE(24, 2);
	extra.writeBigUInt64LE(BigInt(entry.readUInt32LE(24)), 4);
	extra.writeBigUInt64LE(BigInt(entry.readUInt32LE(20)), 12);
	extra.writeBigUInt64LE(BigInt(entry.readUInt32LE(42)), 20);
	for (const position of [20, 24, 42]) entry.writeUInt32LE(0xffff_ffff, position);
	entry.writeUInt16LE(extra.length, 30);
	const directory64 = Buffer.concat([entry.subarray(0, 46 + nameBytes), extra]);
	const record = Buffer.alloc(56);
	record.writeUInt32LE(0x0606_4b50, 0);
	record.writeBigUInt64LE(1n, 32);
	record.writeBigUInt64LE(BigInt(directory64.length), 40);
	record.writeBigUInt64LE(BigInt(offset), 48);
	const locator = Buffer.alloc(20);
	locator.writeUInt32LE(0x0706_4b50, 0);
	locator.writeBigUInt64LE(BigInt(offset + directory64.length), 8);
	const last = Buffer.from(plain.subarray(end));
	last.writeUInt16LE(0xffff, 10);
	last.writeUInt32LE(0xffff_ffff, 12);
	last.writeUInt32LE(0xffff_ffff, 16);
	return Buffer.concat([plain.subarray(0, offset), directory64, record, locator, last]);
}

test('archives of the form that files above 4 GiB have are read', t => {
	const plain = encodeNpz(new Map([['images', { shape: [3], values: Uint8Array.of(1, 2, 3) }]]));
	t.deepEqual(readZipDirectory(write(t, asZip64(plain))), readZipDirectory(write(t, plain)));
});

test('damaged archives are refused, with the reason', t => {
	const whole = readFileSync(fixture('arrays/stored.npz'));
	const end = whole.length - 22;
	const changed = (position: number, value: number): Buffer => {
		const copy = Buffer.from(whole);
		copy.writeUInt32LE(value, position);
		return copy;
	};
	const directory = whole.readUInt32LE(end + 16);
	for (const [bytes, problem] of [
		[whole.subarray(0, end - 4), 'it has no end record'],
		[Buffer.alloc(0), 'it has no end record'],
		[changed(end + 12, 0x7fff_ffff), 'its directory claims 2147483647 bytes'],
		[changed(end + 16, whole.length), `it ends before byte ${whole.length + whole.readUInt32LE(end + 12)}`],
		[changed(directory, 0), 'entry 0 of 2 has no signature'],
		[changed(0, 0), 'arr_0.npy has no header'],
		[changed(directory + 10, 99), 'arr_0.npy is packed by method 99, not stored or deflated'],
	] as const) {
		const file = write(t, bytes);
		const error = t.throws(() => readZipDirectory(file), { instanceOf: UsageError });
		t.is(error.message, `${file}: not a complete .npz file: ${problem}`);
	}
});
