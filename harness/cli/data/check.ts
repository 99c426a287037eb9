import type { Command } from 'commander';
import { countOf } from '../../count-of.ts';
import { exitCodes } from '../../errors.ts';
import { interruptionSignal } from '../interruption.ts';

const mostListed = 20;

/** Adds `data check`. */
export function register(data: Command): void {
	data
		.command('check')
		.description('check a packed set: digests, sizes, counts, missing and left-over files')
		.argument('<folder>', 'packed set')
		.option('--decode', 'also decode every picture of a set packed with `--form bytes`')
		.option('--json', 'print the result as JSON')
		.addHelpText(
			'after',
			'\nExit code 4 if the set is not as it was packed.\n\nExample:\n  $ fewer-labels data check packed/imagenet-128',
		)
		.action(async (folder: string, options: { decode?: boolean; json?: boolean }) => {
			const { checkPacked } = await import('../../data/packed/check-packed.ts');
			const say = (line: string): void => void process.stderr.write(`${line}\n`);
			let shownAt = performance.now();
			const { index, problems, skipped, ...counts } = await checkPacked(folder, {
				decode: options.decode,
				signal: interruptionSignal(),
				onProgress(done, total) {
					if (performance.now() - shownAt < 5000) return;
					shownAt = performance.now();
					say(`${done} of ${total} shards`);
				},
			});
			const ok = problems.length === 0;
			if (!ok) process.exitCode = exitCodes.compliance;
			if (options.json) {
				const { digest, duplicates } = index;
				process.stdout.write(`${JSON.stringify({ ok, digest, ...counts, problems, skipped, duplicates })}\n`);
				return;
			}
			for (const { file, problem } of problems.slice(0, mostListed)) say(`${file}: ${problem}`);
			if (problems.length > mostListed) say(`… and ${problems.length - mostListed} more`);
			for (const { split, key, file, offset, reason } of skipped.slice(0, mostListed)) {
				say(`left out when packing: ${split} ${key} (${file} at byte ${offset}): ${reason}`);
			}
			if (skipped.length > mostListed) say(`… and ${skipped.length - mostListed} more; --json lists all`);
			const { shards, images, bytes, decoded } = counts;
			say(
				`${ok ? 'ok' : countOf(problems.length, 'problem')}: ${countOf(images, 'image')} in ${countOf(shards, 'shard')}, ${(bytes / 1e9).toFixed(2)} GB` +
					`${options.decode ? `, ${decoded} decoded` : ''}, digest ${index.digest}`,
			);
			if (!ok) say('Fix: fetch the files again, or remove the folder and pack the source again');
		});
}
