import { readFileSync } from 'node:fs';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { labelFraction as parseFraction } from '../../harness/cli/options.ts';
import { parseOptionTexts } from '../../harness/cli/run-options.ts';
import { findProfile } from '../../harness/suite/profiles.ts';
import { tf } from '../../harness/tensor/tensorflow.ts';
import type { Method, Networks } from '../../methods/method.ts';
import { loadBuiltInMethods, parseMethodOptions } from '../../methods/registry.ts';
import { paperScore } from '../../reference/paper-score.ts';

const methods = (await loadBuiltInMethods()).map(({ method }) => method);
const readmeOf = ({ name }: Method): string => readFileSync(`methods/${name}/README.md`, 'utf8');

/** What the losses of a method log, as the events of a run name it. */
function loggedBy(method: Method): string[] {
	const networks: Networks = {
		discriminate: images => ({ features: tf.ones([images.shape[0], 2]), logits: tf.ones([images.shape[0]]) }),
		project: features => tf.ones([features.shape[0]]) as Tensor1D,
		predictRotation: features => tf.ones([features.shape[0], 4]) as Tensor2D,
		predictClass: features => tf.ones([features.shape[0], 3]) as Tensor2D,
	};
	return tf.tidy(() => {
		const images = tf.ones([8, 4, 4, 3]) as ReturnType<typeof tf.tensor4d>;
		const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'), 3, 1, 0, 'float32') as Tensor2D;
		const batch = { images, labels, fakes: images, fakeLabels: labels };
		const options = parseMethodOptions(method, {});
		const [ofD, ofG] = [
			method.discriminatorLoss(networks, batch, options),
			method.generatorLoss(networks, batch, options),
		];
		const names = (network: string, logged: object): string[] =>
			['total', ...Object.keys(logged)].map(quantity => `${network}.${quantity}`);
		return [...names('discriminator', ofD.logged), ...names('generator', ofG.logged)];
	});
}

for (const method of methods) {
	test(`the README of ${method.name} has its commands, options with their defaults, and everything that is logged`, t => {
		const text = readmeOf(method);
		for (const heading of ['## Logged for each step', '## Deviations', '## Results']) {
			t.true(text.includes(`\n${heading}\n`), heading);
		}
		const commands = [...text.matchAll(/^\$ npx fewer-labels train (?<parameters>.*)$/gmu)];
		t.true(commands.length > 0);
		for (const { groups } of commands) {
			const words = groups!.parameters.split(' ');
			const textAfter = (option: string): string | undefined =>
				words.includes(option) ? words[words.indexOf(option) + 1] : undefined;
			t.is(textAfter('--method'), method.name);
			t.notThrows(() => findProfile(textAfter('--profile')!));
			t.notThrows(() => parseFraction(textAfter('--labels') ?? '1'));
			const option = textAfter('--option');
			const given = parseOptionTexts(option ? [option] : [], method.name).get(method.name) ?? {};
			t.notThrows(() => parseMethodOptions(method, given));
		}

		const documented = [...text.matchAll(/^\| `(?<name>\w+)` \| `?(?<value>[^ |`]+)`? \| .{20,} \|$/gmu)].map(
			({ groups }) => [groups!.name, groups!.value],
		);
		const defaults = Object.entries(parseMethodOptions(method, {}));
		t.deepEqual(
			documented,
			defaults.map(([name, value]) => [name, String(value)]),
		);

		const named = [...text.matchAll(/`(?<name>(?:discriminator|generator)\.\w+)`/gu)].map(
			match => match.groups!.name,
		);
		t.deepEqual([...new Set(named)].sort(), loggedBy(method).sort());
	});

	test(`the README of ${method.name} has the paper's scores`, t => {
		const rows = [...readmeOf(method).matchAll(/^\| paper, (?<what>[^|]+) \| (?<scores>.+) \|$/gmu)];
		t.true(rows.length > 0);
		for (const { groups } of rows) {
			const { what, scores } = groups!;
			const percent = /^(?<percent>[\d.]+) % labels$/u.exec(what)?.groups?.percent;
			const fraction = percent ? Number(percent) / 100 : null;
			const printed = (metric: 'fid' | 'inceptionScore', statistic: 'median' | 'mean'): string => {
				const score = paperScore({ method: method.name, labelFraction: fraction, metric, statistic });
				if (score === undefined) return '';
				const { value, std } = score;
				return std === undefined ? value.toFixed(1) : `${value.toFixed(1)} ± ${std.toFixed(2)}`;
			};
			const inTable = (statistic: 'median' | 'mean') =>
				(['fid', 'inceptionScore'] as const).map(metric => printed(metric, statistic));
			const expected = percent
				? [...inTable('median'), ...inTable('mean')]
				: inTable(what.startsWith('mean') ? 'mean' : 'median');
			t.deepEqual(
				scores.split('|').map(score => score.trim()),
				expected,
				what,
			);
		}
	});
}
