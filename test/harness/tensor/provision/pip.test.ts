import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { EnvironmentError } from '../../../../harness/errors.ts';
import { downloadWithPip, findPip } from '../../../../harness/tensor/provision/pip.ts';
import { makeEnvironment } from './fake-programs.ts';

const wheel = fileURLToPath(
	new URL(
		'../../../fixtures/wheels/tensorflow_cpu-9.9.9-cp312-cp312-manylinux_2_27_x86_64.whl',
		import.meta.url,
	),
);
const makeFolder = () => mkdtempSync(path.join(tmpdir(), 'fewer-labels-pip-'));
const requirement = 'tensorflow-cpu==9.9.9';

/** A python3 whose pip answers --version and does `download` as the script says, with "$dest" set. */
const fakePython = (download: string) => `
case "$*" in *--version*) echo "pip 99.0 from /fake (python 3.99)"; exit 0;; esac
while [ "$1" != "--dest" ]; do shift; done
dest="$2"
${download}`;

const download = (
	environment: NodeJS.ProcessEnv,
	folder: string,
	report: (line: string) => void = () => {},
) => downloadWithPip({ requirement, platformTag: 'manylinux_2_27_x86_64', folder, environment, report });

test('starts pip through python3, and says which it is', async t => {
	const environment = makeEnvironment({ python3: fakePython('') });
	t.deepEqual(await findPip(environment), {
		command: ['python3', '-m', 'pip'],
		version: 'pip 99.0 from /fake (python 3.99)',
	});
});

test('uses a pip that has another python, where python3 has none', async t => {
	const environment = makeEnvironment({ python3: 'exit 1', pip3: 'echo pip 1' });
	t.deepEqual((await findPip(environment)).command, ['pip3']);
});

test('without Python says so and what to do', async t => {
	const error = await t.throwsAsync(findPip(makeEnvironment()), { instanceOf: EnvironmentError });
	t.is(error.message, 'TensorFlow runtime: no python3 or pip on the PATH; pip fetches the native library');
	t.regex(error.fix ?? '', /--tensorflow PATH/);
	t.is(error.exitCode, 7);
});

test('a Python without pip is another message', async t => {
	const environment = makeEnvironment({ python3: 'echo "No module named pip" >&2; exit 1' });
	const error = await t.throwsAsync(findPip(environment), { instanceOf: EnvironmentError });
	t.is(error.message, 'TensorFlow runtime: this Python has no pip, which fetches the native library');
});

test('downloads a wheel and leaves nothing else behind', async t => {
	const folder = makeFolder();
	const environment = makeEnvironment({ python3: fakePython(`/bin/cp "${wheel}" "$dest"`) });
	const file = await download(environment, folder);
	t.is(path.dirname(file), folder);
	t.deepEqual(readFileSync(file), readFileSync(wheel));
	t.deepEqual(readdirSync(folder), [path.basename(wheel)]);
});

test('asks for the wheel of one Python on this platform, whatever Python runs pip', async t => {
	const folder = makeFolder();
	const environment = makeEnvironment({
		python3: `case "$*" in *--version*) exit 0;; esac; echo "ERROR: args $*"; exit 1`,
	});
	const error = await t.throwsAsync(download(environment, folder));
	t.regex(
		error.message,
		/download --no-deps --only-binary=:all: .*--platform manylinux_2_27_x86_64 --python-version 3\.12 --implementation cp --abi cp312/,
	);
});

test('reports the part that has come', async t => {
	const folder = makeFolder();
	const environment = makeEnvironment({
		python3: fakePython(`
echo "  Downloading https://index.example/tensorflow_cpu-9.9.9-any.whl (0.1 MB)"
/bin/cp "${wheel}" "$TMPDIR/part"
/bin/sleep 1.5
/bin/cp "${wheel}" "$dest"`),
	});
	const lines: string[] = [];
	await download(environment, folder, line => lines.push(line));
	// The fixture is 51.7 kB, half of the 0.1 MB that this pip announces.
	t.deepEqual(lines, ['  tensorflow_cpu-9.9.9-any.whl: 51 % of 0 MB']);
});

const failures = [
	[
		'no network',
		'WARNING: Retrying (Retry(total=0)) after connection broken by NewConnectionError(Failed: [Errno 111] Connection refused)\nERROR: Could not find a version that satisfies the requirement',
		/^pip download tensorflow-cpu==9\.9\.9: the package index cannot be reached \(\[Errno 111\] Connection refused\)$/,
		/PIP_INDEX_URL/,
	],
	[
		'no such wheel',
		'ERROR: No matching distribution found for tensorflow-cpu==9.9.9',
		/^pip download tensorflow-cpu==9\.9\.9: the package index has no such wheel for this machine$/,
		/complete index/,
	],
	[
		'a full disk',
		'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
		/^pip download tensorflow-cpu==9\.9\.9: the disk is full$/,
		/FEWER_LABELS_CACHE/,
	],
	['anything else', 'ERROR: strange', /failed:\nERROR: strange$/, /by hand/],
] as const;

for (const [name, output, message, fix] of failures) {
	test(`explains a failure of pip: ${name}`, async t => {
		const folder = makeFolder();
		const environment = makeEnvironment({ python3: fakePython(`echo "${output}" >&2; exit 1`) });
		const error = await t.throwsAsync(download(environment, folder), { instanceOf: EnvironmentError });
		t.regex(error.message, message);
		t.regex(error.fix ?? '', fix);
		t.deepEqual(readdirSync(folder), []);
	});
}
