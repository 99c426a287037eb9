import test from 'ava';
import {
	checkDisk,
	checkMemory,
	checkPlatform,
	checkProcessor,
	readInstructionSets,
	readProcessorQuota,
} from '../../../harness/doctor/system-checks.ts';

const modern =
	'processor\t: 0\nmodel name\t: X\nflags\t\t: fpu sse2 avx avx2 fma avx512f\n\nprocessor\t: 1\nflags\t: avx\n';

test('reads the instruction sets of x64 and arm64', t => {
	t.deepEqual(readInstructionSets(modern), ['avx', 'avx2', 'fma', 'avx512f']);
	t.deepEqual(readInstructionSets('Features\t: fp asimd sve\n'), ['asimd', 'sve']);
	t.deepEqual(readInstructionSets(''), []);
	// avx2 alone must not count as avx.
	t.deepEqual(readInstructionSets('flags : avx2\n'), ['avx2']);
});

test('reads the processor limit of a control group', t => {
	t.is(readProcessorQuota('150000 100000\n'), 1.5);
	t.is(readProcessorQuota('max 100000\n'), undefined);
	t.is(readProcessorQuota(''), undefined);
});

test('shows the processor with its limit', t => {
	const check = checkProcessor(modern, '150000 100000');
	t.is(check.status, 'ok');
	t.regex(check.detail, /, limited to 1\.5, AVX AVX2 FMA AVX512F$/);
	t.is(check.data?.coreLimit, 1.5);
});

const onlyX64 = process.arch === 'x64' ? test : test.skip;

onlyX64('a processor without AVX is a problem, one without AVX2 a warning', t => {
	t.is(checkProcessor('flags : sse2\n', '').status, 'problem');
	t.is(checkProcessor('flags : avx\n', '').status, 'warning');
});

test('shows memory in gigabytes, never more than the machine has', t => {
	const { detail, data } = checkMemory();
	t.regex(detail, /^\d+\.\d GB.*, \d+\.\d GB available$/);
	t.true((data?.usableBytes as number) <= (data?.machineBytes as number));
});

test('shows the free disk also for folders that do not exist yet', t => {
	const check = checkDisk('/nonexistent/cache', process.cwd());
	t.regex(
		check.detail,
		/^\d+\.\d GB free in \/nonexistent\/cache \(cache\), \d+\.\d GB free in .* \(here\)$/,
	);
});

test('shows system, processor and C library', t => {
	const check = checkPlatform();
	t.true(check.detail.startsWith(`${process.platform} `));
	t.like(check.data, { system: process.platform, processor: process.arch });
});
