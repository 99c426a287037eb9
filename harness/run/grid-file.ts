import { existsSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { quickParser } from '../quick-parser.ts';
import { parseRecord } from './parse-record.ts';
import { type Grid, gridSchema } from './records.ts';

const parseGrid = quickParser(gridSchema);

/** Where an output folder says what was asked for. */
export const gridFileIn = (out: string): string => path.join(out, 'grid.json');

/**
 * The grid of an output folder; undefined if there is none.
 *
 * @throws UsageError if the file is damaged, or of another version
 */
export function readGridFile(out: string): Grid | undefined {
	const file = gridFileIn(out);
	if (!existsSync(file)) return undefined;
	const parsed = parseRecord(file, parseGrid, [1, 2]);
	if ('value' in parsed) return parsed.value;
	throw new UsageError(
		`${file}: ${parsed.problem}`,
		parsed.newer
			? 'use the newer version of fewer-labels that wrote it, or choose another folder'
			: 'choose another folder, or move this file away and repeat the `fewer-labels run` that made it',
	);
}
