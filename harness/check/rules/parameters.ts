import path from 'node:path';
import { describeDiscriminator } from '../../../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../../../methods/networks/big-gan/describe-generator.ts';
import {
	countParameters,
	type NetworkDescription,
	type ParameterSpec,
	sizeOfShape,
} from '../../../methods/networks/parameters.ts';
import type { LoadedMethod } from '../../../methods/registry.ts';
import { classesOf } from '../data-set-classes.ts';
import { type FoundMethod, findMethods, hasChangedSince } from '../find-methods.ts';
import type { FinishedRun } from '../read-grid.ts';
import { isManifest, type Manifest } from '../read-manifest.ts';
import { readWeightShapes } from '../read-weight-shapes.ts';
import { placeOfRun, type Rule, type Words } from '../rule.ts';

export const parameters: Rule = {
	name: 'parameters',
	summary:
		'both networks have exactly the parameters of their description, tensor by tensor where weights are kept',
	async check({ folder, finished }) {
		const methods = await findMethods(finished);
		return finished.flatMap((run, index) => {
			const shapes = readWeightShapes(path.join(folder, run.run.folder));
			return checkRun(run, methods[index]!, shapes).map(words => ({ ...placeOfRun(run.run), ...words }));
		});
	},
};

function checkRun(
	{ manifest, result }: FinishedRun,
	found: FoundMethod,
	shapes: ReadonlyMap<string, readonly number[]> | null,
): Words[] {
	const unknown = (actual: string): Words[] => [
		{ expected: 'networks that can be described', actual, notChecked: true },
	];
	if ('problem' in found) return unknown(found.problem);
	if (!isManifest(manifest)) return unknown('no readable manifest');
	const classes = classesOfRun(found, manifest, shapes) ?? classesOf(result.dataSet.name);
	if (classes === undefined) return unknown('neither weights nor the number of classes are known');
	const networks = describe(found, manifest.identity, classes);
	if (networks === undefined) return unknown('settings or options that this version does not accept');
	const differences = compare(networks, result.parameters, shapes);
	// A user's module may have been worked on since: then its run is neither right nor wrong.
	return differences.length > 0 && hasChangedSince(found, manifest)
		? unknown('its module has changed since the run')
		: differences;
}

/** Classes that the labels of a run have: its records go before its weights, which are what is to be checked. */
function classesOfRun(
	{ method }: LoadedMethod,
	{ identity, dataSet, labelled }: Manifest,
	shapes: ReadonlyMap<string, readonly number[]> | null,
): number | undefined {
	const { clusters } = identity.options;
	if (method.labelling === 'clusters' && typeof clusters === 'number') return clusters;
	return (
		dataSet.imagesPerClass?.length ??
		labelled?.perClass.length ??
		shapes?.get('generator/embed_y/kernel')?.[0]
	);
}

function compare(
	networks: Record<'generator' | 'discriminator', NetworkDescription>,
	counted: Record<'generator' | 'discriminator', number>,
	shapes: ReadonlyMap<string, readonly number[]> | null,
): Words[] {
	return (['generator', 'discriminator'] as const).flatMap(name => {
		const expected = countParameters(networks[name]);
		return [
			...(counted[name] === expected
				? []
				: [
						{
							expected: `${name} with ${expected} parameters`,
							actual: `${counted[name]} in result.json`,
						},
					]),
			...(shapes === null ? [] : compareShapes(networks[name], shapes)),
		];
	});
}

const described = new Map<string, Record<'generator' | 'discriminator', NetworkDescription> | undefined>();

/** Networks of a method at the size of a run, each size once; undefined if this version does not know such a one. */
function describe(
	{ method, file }: LoadedMethod,
	{ settings, options }: { settings: Record<string, unknown>; options: Record<string, unknown> },
	classes: number,
) {
	const { resolution, channels } = settings as { resolution: 32 | 128; channels: number };
	const key = JSON.stringify([file, resolution, channels, classes, options]);
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
