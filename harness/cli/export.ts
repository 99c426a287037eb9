import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { requireOutputFile, requireOutputFolder } from '../require-output.ts';
import type { ExportPart } from '../samples/export/export-weights.ts';

interface ExportCommandOptions {
	readonly out: string;
	readonly format: 'safetensors' | 'npz' | 'saved-model';
	readonly part?: ExportPart;
	readonly average?: true;
	readonly raw?: true;
	readonly checkpoint: 'final' | 'latest';
	readonly json?: true;
}

export function register(program: Command): void {
	program
		.command('export')
		.description('weights of a run under the paper’s names, or its generator as a TensorFlow SavedModel')
		.argument('<run>', 'folder of a finished run; with --checkpoint latest also of one that trains')
		.requiredOption('--out <path>', 'file to write; a folder for saved-model')
		.addOption(
			new Option('--format <name>', 'what to write')
				.choices(['safetensors', 'npz', 'saved-model'])
				.default('safetensors'),
		)
		.addOption(
			new Option('--part <name>', 'networks to write, of safetensors and npz (default: generator)').choices([
				'generator',
				'discriminator',
				'all',
			]),
		)
		.option(
			'--average',
			'the generator’s moving average in place of its last weights; saved-model has it always',
		)
		.option('--raw', 'saved-model of the last weights in place of their moving average')
		.addOption(
			new Option('--checkpoint <which>', 'weights of the end, or the latest that there are')
				.choices(['final', 'latest'])
				.default('final'),
		)
		.option('--json', 'print what was written as JSON on stdout')
		.addHelpText(
			'after',
			`
Kernels are HWIO and matrices [in, out], as in TensorFlow; <kernel>/u_var is the singular vector that spectral
normalisation goes on from. The SavedModel takes latents and class numbers and gives images in [0, 1], as the run was
measured: spectral normalisation and standing statistics are folded into its constants.

Examples:
  $ fewer-labels export RUN --average --out generator.safetensors
  $ fewer-labels export RUN --format npz --part all --out weights.npz
  $ fewer-labels export RUN --format saved-model --out generator
  >>> tf.saved_model.load('generator').signatures['serving_default'](latents=z, labels=y)['images']`,
		)
		.action(exportRun);
}

function refuseMixed({ format, part, average, raw, out }: ExportCommandOptions): void {
	const model = format === 'saved-model';
	if (model && part !== undefined && part !== 'generator') {
		throw new UsageError(
			`--part: expected generator for a saved-model, got ${part}`,
			'a SavedModel holds the generator; write other weights as safetensors or npz',
		);
	}
	if (model && average && raw) throw new UsageError('--average and --raw: expected one of them, got both');
	if (raw && !model)
		throw new UsageError(`--raw: expected with saved-model, got ${format}`, 'it is the default here');
	const extension = path.extname(out);
	if (!model && extension !== `.${format}`) {
		throw new UsageError(`--out: expected a name ending in .${format}, got ${out}`);
	}
}

async function exportRun(folder: string, options: ExportCommandOptions): Promise<void> {
	const { out, format, part = 'generator', average = false, raw = false } = options;
	if (!existsSync(folder) || !statSync(folder).isDirectory()) {
		throw new UsageError(`${folder}: there is no such folder`, 'give the folder of a run, OUT/runs/NAME');
	}
	refuseMixed(options);
	if (format === 'saved-model') requireOutputFolder(out);
	else requireOutputFile(out);
	const { openStoredRun } = await import('../samples/stored-run.ts');
	const run = await openStoredRun(folder, options.checkpoint === 'latest' ? 'latest-checkpoint' : 'result');
	const facts = { run: path.resolve(folder), out: path.resolve(out), format, step: run.step };
	const report = (made: Record<string, unknown>, words: string): void => {
		if (options.json) process.stdout.write(`${JSON.stringify({ ...facts, ...made })}\n`);
		process.stderr.write(`${out}: ${words}\n`);
	};
	if (format !== 'saved-model') {
		const { exportWeights } = await import('../samples/export/export-weights.ts');
		const made = exportWeights(run, { file: path.resolve(out), format, part, average });
		const values = average ? 'moving averages' : 'weights';
		report(
			{ part, average, ...made },
			`${made.tensors} tensors, ${made.elements.toLocaleString('en')} numbers, ${values} of step ${run.step}`,
		);
		return;
	}
	const [{ openStoredGenerator }, { exportSavedModel }] = await Promise.all([
		import('../samples/stored-generator.ts'),
		import('../samples/export/export-saved-model.ts'),
	]);
	const generator = openStoredGenerator(run, raw);
	try {
		const made = await exportSavedModel(run, generator, out);
		const { latentSize, classes, resolution } = run.config;
		report(
			{ part, average: !raw, latentSize, classes, resolution, ...made },
			`SavedModel of ${made.operations} operations, latents [n, ${latentSize}] and labels [n] in, images [n, ${resolution}, ${resolution}, 3] out`,
		);
	} finally {
		generator.dispose();
	}
}
