import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { tf } from '../../harness/tensor/tensorflow.ts';
import type { Networks } from '../../methods/method.ts';
import { loadMethod } from '../../methods/registry.ts';
import { binary, temporaryFolder } from '../harness/cli/run-binary.ts';

// The worked example of the guide, taken from it word by word, as a user's module outside of the project.
const [, guide] = readFileSync('methods/README.md', 'utf8').split('### Worked example\n');
const folder = temporaryFolder(test);

const blocks = [...guide.matchAll(/```(?<language>\w+)\n(?<text>[\s\S]*?)```/gu)].map(match => match.groups!);
const module = blocks.find(({ language }) => language === 'ts')!.text;
const [, name] = /^\/\/ (?<name>\S+)\n/u.exec(module)!;

/** The commands of the guide with the output that it shows. */
const commands = blocks
	.filter(({ language }) => language === 'console')
	.flatMap(({ text }) => text.split(/^\$ npx fewer-labels /mu).slice(1))
	.map(text => {
		const [line, ...output] = text.trimEnd().split('\n');
		return { parameters: line.split(' '), output: output.join('\n') };
	});

/** Runs the real command line in the user's folder. */
const run = (parameters: readonly string[]) =>
	spawnSync(process.execPath, [binary, ...parameters], { cwd: folder, encoding: 'utf8' });

test.before(() => {
	mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
	writeFileSync(path.join(folder, name), module);
});

test.serial('the module is accepted, and is listed as the guide shows', t => {
	const [{ parameters, output }] = commands;
	const { status, stdout, stderr } = run(parameters);
	t.is(status, 0, stderr);
	t.is(stdout.trimEnd(), output);
});

test.serial('every command of the guide works, and the report is what it says', t => {
	t.deepEqual(
		commands.map(({ parameters }) => parameters[0]),
		['methods', 'run', 'report', 'train'],
	);
	for (const { parameters } of commands.slice(1)) {
		const { status, stderr } = run(parameters);
		t.is(status, 0, `${parameters.join(' ')}\n${stderr}`);
	}
	const report = readFileSync(path.join(folder, 'runs/mine/report/report.md'), 'utf8');
	t.regex(report, /\| SMOOTH GAN .*\| not in the paper .*\| smooth-gan: 1 of 1 runs/u);
	for (const title of ['SMOOTH GAN', 'BIGGAN']) {
		const rows = report.split('\n').filter(line => line.startsWith(`| ${title} `));
		t.true(rows.length >= 2, title);
	}
	const optionsOf = (run: string): unknown => {
		const manifest = readFileSync(path.join(folder, run, 'manifest.json'), 'utf8');
		return (JSON.parse(manifest) as { identity: { options: unknown } }).identity.options;
	};
	const [own] = readdirSync(path.join(folder, 'runs/mine/runs')).filter(run => run.startsWith('smooth-gan'));
	t.deepEqual(optionsOf(`runs/mine/runs/${own}`), { realTarget: 0.9 });
	t.deepEqual(optionsOf('runs/hard'), { realTarget: 1 });
});

test.serial('a value out of range is refused before anything starts', t => {
	const [, refused] = /`(--option smooth-gan\.realTarget=\S+)` in a grid is refused/u.exec(guide)!;
	const { status, stderr } = run([
		...['run', '--suite', 'smoke', '--methods', './smooth-gan', ...refused.split(' ')],
		...['--out', 'runs/refused'],
	]);
	t.is(status, 2);
	t.regex(stderr, /options of smooth-gan:[\s\S]*realTarget/u);
	t.false(existsSync(path.join(folder, 'runs/refused')));
});

test.serial('its losses are the equations of the guide', async t => {
	const { method } = await loadMethod(path.join(folder, path.dirname(name)));
	const before = tf.memory().numTensors;
	const [real, fake] = [
		[2, -1],
		[0.5, -3],
	];
	// Images of one pixel stand for their own logits; labels add nothing.
	const networks: Networks = {
		discriminate: images => ({ features: tf.zeros([images.shape[0], 1]), logits: tf.reshape(images, [-1]) }),
		project: features => tf.zeros([features.shape[0]]),
		predictRotation: features => features,
		predictClass: features => features,
	};
	const sigma = (logit: number): number => 1 / (1 + Math.exp(-logit));
	const mean = (values: readonly number[]): number =>
		values.reduce((sum, value) => sum + value) / values.length;
	const target = 0.9;
	const ofReal = real.map(d => -target * Math.log(sigma(d)) - (1 - target) * Math.log(1 - sigma(d)));
	const expected = {
		discriminator: mean(ofReal) + mean(fake.map(d => -Math.log(1 - sigma(d)))),
		generator: mean(fake.map(d => -Math.log(sigma(d)))),
	};
	const actual = tf.tidy(() => {
		const labels: Tensor2D = tf.zeros([2, 3]);
		const images = tf.tensor4d(real, [2, 1, 1, 1]);
		const fakes = tf.tensor4d(fake, [2, 1, 1, 1]);
		const options = method.options.parse({});
		const batch = { images, labels, fakes, fakeLabels: labels };
		return {
			discriminator: method.discriminatorLoss(networks, batch, options).total.dataSync()[0],
			generator: method.generatorLoss(networks, batch, options).total.dataSync()[0],
		};
	});
	t.true(Math.abs(actual.discriminator - expected.discriminator) < 1e-6, String(actual.discriminator));
	t.true(Math.abs(actual.generator - expected.generator) < 1e-6, String(actual.generator));
	t.is(tf.memory().numTensors, before);
});
