import { type GatedNetwork, gatedNetworks } from '../harness/verify/gated-networks.ts';
import { verifyNetwork } from '../harness/verify/verify-parameters.ts';
import {
	type Block,
	discriminatorBlocks,
	featureChannels,
	generatorBlocks,
	seedResolution,
} from '../methods/networks/big-gan/blocks.ts';
import { type BigGanConfig, bigGanConfig } from '../methods/networks/big-gan/config.ts';
import { describeDiscriminator } from '../methods/networks/big-gan/describe-discriminator.ts';
import { describeGenerator } from '../methods/networks/big-gan/describe-generator.ts';
import { type NetworkDescription, sizeOfShape } from '../methods/networks/parameters.ts';
import { readArchitecture } from '../reference/architecture.ts';
import { formatCount } from './format.ts';
import type { TextTable } from './report-schema.ts';

/** Tables 6 to 11 of the paper as this program's own networks give them, with the paper's beside them. */
export function architectureTables(): TextTable[] {
	const config = bigGanConfig({ resolution: 128 });
	const paper = readArchitecture();
	const compare = (
		number: number,
		caption: string,
		columns: readonly string[],
		rows: readonly (readonly string[])[],
		printed: { readonly rows: readonly (readonly string[])[]; readonly errata?: readonly string[] },
	): TextTable => ({
		number,
		caption,
		note: printed.errata === undefined ? null : `Misprints in the paper: ${printed.errata.join('; ')}`,
		columns: [...columns, 'paper'],
		rows: rows.map((row, index) => [...row, sameRow(row, printed.rows[index])]),
	});
	const layers = ['layer', 'RS', 'output'];
	const parts = ['layer', 'kernel', 'RS', 'output'];
	const [generator, discriminator] = [describeGenerator(config), describeDiscriminator(config)];
	return [
		compare(6, 'Generator at 128×128', layers, generatorLayers(config), paper.table6_generator),
		compare(7, 'Discriminator at 128×128', layers, discriminatorLayers(config), paper.table7_discriminator),
		compare(
			8,
			'ResBlock of the discriminator',
			parts,
			blockParts(discriminator),
			paper.table8_resblockDiscriminator,
		),
		compare(9, 'ResBlock of the generator', parts, blockParts(generator), paper.table9_resblockGenerator),
		...gatedNetworks()
			.filter(({ table }) => table !== null)
			.map(tensorTable),
	];
}

const normalise = (text: string): string => text.replaceAll('×', 'x').replaceAll(/\s+/gu, '').toLowerCase();

function sameRow(row: readonly string[], printed: readonly string[] | undefined): string {
	if (printed === undefined) return 'not in the paper';
	const same = row.every((cell, index) => normalise(cell) === normalise(printed[index] ?? ''));
	return same ? 'the same' : printed.join(' | ');
}

const resampling = ({ resample }: Block): string => ({ up: 'U', down: 'D', none: '-' })[resample];

/** `64 × 64 × 2·ch` */
const extent = (resolution: number, width: number, { channels }: BigGanConfig): string =>
	`${resolution} × ${resolution} × ${width % channels === 0 ? `${width / channels}·ch` : width}`;

function generatorLayers(config: BigGanConfig): string[][] {
	const blocks = generatorBlocks(config);
	const seed = extent(seedResolution, blocks[0]!.inputChannels, config);
	const image = extent(config.resolution, config.colours, config);
	let resolution: number = seedResolution;
	return [
		['z ~ N(0,1)', '-', String(config.latentSize)],
		['Dense', '-', seed],
		...blocks.flatMap(block => {
			if (block.resample === 'up') resolution *= 2;
			const output = extent(resolution, block.outputChannels, config);
			return [
				['ResBlock', resampling(block), output],
				...(block.attention ? [['Non-local block', '-', output]] : []),
			];
		}),
		['BN, ReLU', '-', extent(resolution, blocks.at(-1)!.outputChannels, config)],
		['Conv [3,3,1]', '-', image],
		['Tanh', '-', image],
	];
}

function discriminatorLayers(config: BigGanConfig): string[][] {
	let { resolution }: { resolution: number } = config;
	const features = featureChannels(config);
	const rows = discriminatorBlocks(config).flatMap(block => {
		if (block.resample === 'down') resolution /= 2;
		const output = extent(resolution, block.outputChannels, config);
		return [
			['ResBlock', resampling(block), output],
			...(block.attention ? [['Non-local block', '-', output]] : []),
		];
	});
	return [
		['Input image', '-', extent(config.resolution, config.colours, config)],
		...rows,
		['ReLU', '-', extent(resolution, features, config)],
		[`Global ${config.pooling} pooling`, '-', extent(1, features, config)],
		[config.projection ? 'Sum(embed(y)·h)+(dense->1)' : '(dense->1)', '-', '1'],
	];
}

/** The parts of the second block, which both changes its width and resamples, read off its tensors. */
function blockParts({ name, parameters }: NetworkDescription): string[][] {
	const scope = `${name}/B2/`;
	const shapes = new Map(
		parameters
			.filter(parameter => parameter.name.startsWith(scope))
			.map(parameter => [parameter.name.slice(scope.length), parameter.shape]),
	);
	const kernels = [...shapes.keys()].filter(
		tensor => tensor.endsWith('conv_shortcut/kernel') || /conv\d\/kernel$/u.test(tensor),
	);
	const convolution = (suffix: string) => {
		const tensor = kernels.find(candidate => candidate.includes(suffix))!;
		const [height, width] = shapes.get(tensor)!;
		const direction = tensor.startsWith('up') ? 'U' : tensor.startsWith('down') ? 'D' : '-';
		return { kernel: `[${height},${width},1]`, direction };
	};
	const [shortcut, first, second] = ['shortcut', 'conv1', 'conv2'].map(convolution);
	const activation = (norm: string) =>
		[...shapes.keys()].some(tensor => tensor.startsWith(`${norm}/`)) ? 'BN, ReLU' : 'ReLU';
	let scale = '';
	const size = (direction: string, channels: string): string => {
		if (direction !== '-') scale = direction;
		const [height, width] = { '': ['h', 'w'], U: ['2h', '2w'], D: ['h/2', 'w/2'] }[scale]!;
		return `${height} × ${width} × ${channels}`;
	};
	const outputs = [
		['-', 'c_i'],
		[first!.direction, 'c_o'],
		['-', 'c_o'],
		[second!.direction, 'c_o'],
	].map(([direction, channels]) => size(direction!, channels!));
	return [
		['Shortcut', shortcut!.kernel, shortcut!.direction, outputs.at(-1)!],
		[activation('bn1'), '-', '-', outputs[0]!],
		['Conv', first!.kernel, first!.direction, outputs[1]!],
		[activation('bn2'), '-', '-', outputs[2]!],
		['Conv', second!.kernel, second!.direction, outputs[3]!],
		['Addition', '-', '-', outputs[3]!],
	];
}

function tensorTable(network: GatedNetwork): TextTable {
	const description = network.describe();
	const { expected, actual, mismatches } = verifyNetwork(network, description);
	const printed = new Map(network.tensors!.map(tensor => [tensor.name, tensor]));
	const isGenerator = network.name.startsWith('generator');
	return {
		number: isGenerator ? 11 : 10,
		caption: `Tensors of the ${isGenerator ? 'generator' : 'discriminator'} at 128×128`,
		note: `${formatCount(actual)} trainable parameters, ${formatCount(expected)} in the paper: ${
			mismatches.length === 0 ? 'the same, tensor by tensor' : `${mismatches.length} differences`
		}`,
		columns: ['name', 'shape', 'size', 'paper'],
		rows: description.parameters.map(({ name, shape }) => {
			const reference = printed.get(name);
			return [
				name,
				shape.length === 0 ? 'scalar' : shape.join('×'),
				formatCount(sizeOfShape(shape)),
				reference === undefined
					? 'not in the paper'
					: reference.shape.join() === shape.join()
						? 'the same'
						: `${reference.shape.join('×')}, ${formatCount(reference.size)}`,
			];
		}),
	};
}
