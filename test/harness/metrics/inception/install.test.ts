import {
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { randomInceptionWeights } from '../../../../ci/parity/random-inception.ts';
import { EnvironmentError, UsageError } from '../../../../harness/errors.ts';
import { installInception } from '../../../../harness/metrics/inception/install.ts';
import {
	findInception,
	loadInception,
	locateInception,
	readStoredInception,
	storeInception,
} from '../../../../harness/metrics/inception/installed.ts';
import { publicationOf, publications } from '../../../../harness/metrics/inception/weights/publications.ts';
import { weightsDigestOf } from '../../../../harness/metrics/inception/weights.ts';
import { tf } from '../../../../harness/tensor/tensorflow.ts';
import { runBinary } from '../../cli/run-binary.ts';
import { oldPthOf } from './weight-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'inception-install-'));
test.after.always(() => rmSync(folder, { recursive: true }));

const weights = randomInceptionWeights(3);
const source = path.join(folder, 'my-weights.pth');
writeFileSync(source, oldPthOf(weights));
const environmentOf = (name: string) => ({ FEWER_LABELS_CACHE: path.join(folder, name) });

test.serial('a file that is no known publication is refused, with what is known', async t => {
	const environment = environmentOf('refused');
	const error = await t.throwsAsync(installInception(source, { environment }), { instanceOf: UsageError });
	t.regex(
		error!.message,
		/my-weights\.pth: it holds an Inception, but its SHA-256 [0-9a-f]{64} is none of 009d6814d1bc… \(classify_image_graph_def\.pb of 2015-12-05\), 6726825d0af5… \(pt_inception-2015-12-05-6726825d\.pth of pytorch-fid\)$/u,
	);
	t.is(findInception(environment), undefined);
});

test.serial(
	'with --allow-unknown it is installed, found, loaded and marked unverified ever after',
	async t => {
		const environment = environmentOf('allowed');
		const installed = await installInception(source, { allowUnknown: true, environment });
		t.like(installed, {
			verified: false,
			publication: null,
			sourceName: 'my-weights.pth',
			weightsDigest: weightsDigestOf(weights),
			format: 'PyTorch state dictionary',
		});
		t.is(locateInception(environment), installed.file);
		t.deepEqual(readdirSync(path.dirname(installed.file)), ['weights.safetensors']);
		const before = tf.memory().numTensors;
		const inception = loadInception(environment);
		t.is(inception.weightsDigest, weightsDigestOf(weights));
		t.is(inception.provenance.publication, null);
		inception.dispose();
		t.is(tf.memory().numTensors, before);
	},
);

test.serial('the copy of an unverified installation stays unverified when it is installed again', async t => {
	const copy = locateInception(environmentOf('allowed'));
	const again = await installInception(copy, { allowUnknown: true, environment: environmentOf('again') });
	t.false(again.verified);
	t.is(again.weightsDigest, weightsDigestOf(weights));
});

test.serial('a stored copy that was cut short or changed is refused', t => {
	const file = locateInception(environmentOf('allowed'));
	const bytes = readFileSync(file);
	const damaged = path.join(folder, 'damaged.safetensors');
	bytes[bytes.length - 2] ^= 1;
	writeFileSync(damaged, bytes);
	t.throws(() => readStoredInception(damaged), {
		instanceOf: UsageError,
		message:
			/damaged\.safetensors: not the weights that were installed: their digest is [0-9a-f]{12}…, expected [0-9a-f]{12}…$/u,
	});
	truncateSync(damaged, statSync(damaged).size - 100);
	t.throws(() => readStoredInception(damaged), { message: /it is truncated$/u });
});

test.serial('where a known publication was installed, its name is kept', t => {
	const file = path.join(folder, 'known.safetensors');
	const provenance = {
		sourceDigest: publications[0].sha256,
		sourceName: 'inception-2015-12-05.tgz',
		sourceMember: 'classify_image_graph_def.pb',
		publication: publications[0].name,
		weightsDigest: weightsDigestOf(weights),
	};
	storeInception(file, weights, provenance);
	t.deepEqual(readStoredInception(file).provenance, provenance);
});

test('publications are known by their whole digest', t => {
	t.is(
		publicationOf('009d6814d1bc560d4e7b236e170e9b2d5ca6f4b57bd8037f6db05776204415c6')?.name,
		'classify_image_graph_def.pb of 2015-12-05',
	);
	t.is(publicationOf('6726825d'), undefined);
	t.true(publications.every(({ sha256 }) => /^[0-9a-f]{64}$/u.test(sha256)));
});

test('where nothing is installed, the error names the files and the command', t => {
	const error = t.throws(() => loadInception(environmentOf('empty')), { instanceOf: EnvironmentError });
	t.regex(error!.message, /inception-2015-12-05\.tgz.*pt_inception-2015-12-05-6726825d\.pth/u);
	t.is(
		(error as EnvironmentError).fix,
		'download either file and run `npx fewer-labels metrics install FILE` (once per machine)',
	);
});

test.serial('the command installs, prints JSON, and fails with one message and exit code 2', t => {
	const environment = environmentOf('command');
	const refused = runBinary(['metrics', 'install', source], environment);
	t.is(refused.status, 2);
	t.regex(refused.stderr, /^Error: .*my-weights\.pth: it holds an Inception.*\nFix: .*--allow-unknown/u);
	const installed = runBinary(['metrics', 'install', source, '--allow-unknown', '--json'], environment);
	t.is(installed.status, 0, installed.stderr);
	t.like(JSON.parse(installed.stdout), { verified: false, weightsDigest: weightsDigestOf(weights) });
	const again = runBinary(['metrics', 'install', source, '--allow-unknown'], environment);
	t.regex(
		again.stderr,
		/^metrics: Inception 2015-12-05 installed \(unverified: no known publication; weights /u,
	);
	t.is(runBinary(['metrics', 'install', path.join(folder, 'none')], environment).status, 2);
});
