import type { Command } from 'commander';

interface InstallOptions {
	readonly allowUnknown?: boolean;
	readonly json?: boolean;
}

/** Adds `metrics install`: verifies a file with Inception's weights and stores them for every later score. */
export function register(metrics: Command): void {
	metrics
		.command('install')
		.description("verify a file with Inception's weights of 2015-12-05 and store a converted copy")
		.argument('<file>', 'frozen graph (.pb, also in its .tgz), PyTorch .pth, .npz or safetensors')
		.option('--allow-unknown', 'accept a file that is not a known publication; its scores say "unverified"')
		.option('--json', 'print what was installed as JSON on stdout')
		.addHelpText(
			'after',
			`
The two published files, either is enough:
  classify_image_graph_def.pb             in inception-2015-12-05.tgz, from TensorFlow's model downloads
  pt_inception-2015-12-05-6726825d.pth    from the releases of pytorch-fid (fid_weights)
The copy goes into $FEWER_LABELS_CACHE (default: $XDG_CACHE_HOME/fewer-labels, else ~/.cache/fewer-labels).

Examples:
  $ fewer-labels metrics install inception-2015-12-05.tgz
  $ fewer-labels metrics install pt_inception-2015-12-05-6726825d.pth --json
  $ fewer-labels metrics install my-weights.npz --allow-unknown`,
		)
		.action(async (file: string, { allowUnknown = false, json = false }: InstallOptions) => {
			const { installInception } = await import('../../metrics/inception/install.ts');
			const installed = await installInception(file, { allowUnknown });
			if (json) {
				process.stdout.write(`${JSON.stringify(installed)}\n`);
				return;
			}
			const { publication, weightsDigest, file: stored } = installed;
			const origin = publication ? `verified: ${publication}` : 'unverified: no known publication';
			process.stderr.write(
				`metrics: Inception 2015-12-05 installed (${origin}; weights ${weightsDigest.slice(0, 12)}): ${stored}\n`,
			);
		});
}
