import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface SharpVersions {
	readonly sharp: string;
	/** Of libvips, which decodes. */
	readonly vips: string;
}

const program = `import sharp from 'sharp'; process.stdout.write(JSON.stringify(sharp.versions))`;
let known: SharpVersions | undefined;

/**
 * What sharp says of itself, asked in a process of its own (0.2 s): few sets hold a picture that needs it, and this
 * process would keep its 15 MiB of libraries.
 */
export function sharpVersions(): SharpVersions {
	if (!known) {
		const versions = JSON.parse(
			execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
				cwd: fileURLToPath(new URL('.', import.meta.url)),
				encoding: 'utf8',
			}),
		) as Partial<SharpVersions>;
		known = { sharp: versions.sharp ?? 'unknown', vips: String(versions.vips) };
	}
	return known;
}
