import path from 'node:path';
import type { Method } from '../../../methods/method.ts';
import { describeDiscriminator } from '../../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../../methods/networks/big-gan/describe-generator.ts';
import {
	countParameters,
	type NetworkDescription,
	type ParameterSpec,
	sizeOfShape,
} from '../../../methods/networks/parameters.ts';
import { builtInMethodNames, loadMethod } from '../../../methods/registry.ts';
import { classesOf } from '../data-set-classes.ts';
import type { FinishedRun } from '../read-grid.ts';
import { isManifest } from '../read-manifest.ts';
import { readWeightShapes } from '../read-weight-shapes.ts';
import { placeOfRun, type Rule, type Violation } from '../rule.ts';

type Words = Pick<Violation, 'expected' | 'actual' | 'notChecked'>;

export const parameters: Rule = {
	name: 'parameters',
	summary:
		'both networks have exactly the parameters of their description, tensor by tensor where weights are kept',
	async check({ folder, finished }) {
		const names = builtInMethodNames();
		const methods = new Map<string, Method>();
		for (const name of new Set(finished.map(({ result }) => result.method))) {
			if (names.includes(name)) methods.set(name, (await loadMethod(name)).method);
		}

		return finished.flatMap(run =>
			checkRun(run, methods.get(run.result.method), readWeightShapes(path.join(folder, run.run.folder))).map(
				words => ({ ...placeOfRun(run.run), ...words }),
			),
		);
	},
};

function checkRun(
	{ manifest, result }: FinishedRun,
	method: Method | undefined,
	shapes: ReadonlyMap<string, readonly number[]> | null,
): Words[] {
	const unknown = (actual: string): Words[] => [
		{ expected: 'networks that can be described', actual, notChecked: true },
	];
	if (method === undefined) return unknown(`${result.method} is no method of this program`);
	if (!isManifest(manifest)) return unknown('no readable manifest');
	const classes = shapes?.get('generator/embed_y/kernel')?.[0] ?? classesOf(result.dataSet.name);
	if (classes === undefined) return unknown('neither weights nor the number of classes are known');
	const networks = describe(method, manifest.identity, classes);
	if (networks === undefined) return unknown('settings or options that this version does not accept');
	return (['generator', 'discriminator'] as const).flatMap(name => {
		const expected = countParameters(networks[name]);
		return [
			...(result.parameters[name] === expected
				? []
				: [
						{
							expected: `${name} with ${expected} parameters`,
							actual: `${result.parameters[name]} in result.json`,
						},
					]),
			...(shapes === null ? [] : compareShapes(networks[name], shapes)),
		];
	});
}

const described = new Map<string, Record<'generator' | 'discriminator', NetworkDescription> | undefined>();

/** Networks of a method at the size of a run, each size once; undefined if this version does not know such a one. */
function describe(
	method: Method,
	{ settings, options }: { settings: Record<string, unknown>; options: Record<string, unknown> },
	classes: number,
) {
	const { resolution, channels } = settings as { resolution: 32 | 128; channels: number };
	const key = JSON.stringify([method.name, resolution, channels, classes, options]);
	if (!described.has(key)) {
		try {
			const config = method.networks({ resolution, channels, classes }, method.options.parse(options));
			described.set(key, {
				generator: describeGenerator(config),
				discriminator: describeDiscriminator(config),
			});
		} catch {
			described.set(key, undefined);
		}
	}

	return described.get(key);
}

/** Singular vectors and averages belong to a parameter, but are none. */
const isParameter = (name: string): boolean => !/\/(u_var|ExponentialMovingAverage)$/u.test(name);

function compareShapes(network: NetworkDescription, shapes: ReadonlyMap<string, readonly number[]>): Words[] {
	const specs = new Map<string, ParameterSpec>(network.parameters.map(spec => [spec.name, spec]));
	const ofNetwork = [...shapes.keys()].filter(
		name =>
			isParameter(name) && (name.startsWith('generator/') ? 'generator' : 'discriminator') === network.name,
	);
	const inWords = (shape: readonly number[] | undefined) =>
		shape === undefined ? 'missing' : `[${shape.join(', ')}], ${sizeOfShape(shape)} elements`;
	return [
		...network.parameters
			.filter(({ name, shape }) => shapes.get(name)?.join() !== shape.join())
			.map(({ name, shape }) => ({
				expected: `${name} ${inWords(shape)}`,
				actual: `${inWords(shapes.get(name))} in weights.safetensors`,
			})),
		...ofNetwork
			.filter(name => !specs.has(name))
			.map(name => ({
				expected: `no tensor ${name}`,
				actual: `${inWords(shapes.get(name))} in weights.safetensors`,
			})),
	];
}
