import { readFileSync } from 'node:fs';
import type { quickParser } from '../quick-parser.ts';

/** First line of a text that may come from a crashed process, without terminal control codes. */
export const firstLine = (text: string): string =>
	text
		.trim()
		.split('\n')[0]!
		.replaceAll(/\p{Cc}/gu, '');

/**
 * Reads a versioned record, or says in one line what is wrong with it, and whether the only thing wrong is that a
 * newer program wrote it.
 *
 * @param versions values of its `schemaVersion` that `parse` reads
 */
export function parseRecord<Value>(
	file: string,
	parse: ReturnType<typeof quickParser<Value>>,
	versions: readonly number[] = [1],
): { value: Value } | { problem: string; newer: boolean } {
	let value: unknown;
	try {
		value = JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		return { problem: firstLine(`not readable as JSON (${(error as Error).message})`), newer: false };
	}

	const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
	if (!versions.some(known => known === version)) {
		const found = JSON.stringify(version) ?? 'none';
		return {
			problem: `it has version ${found}; this program reads version ${versions.join(' and ')}`,
			newer: typeof version === 'number' && version > Math.max(...versions),
		};
	}

	const parsed = parse(value);
	if (parsed.success) return { value: parsed.data };
	const { issues } = parsed.error;
	const place = issues[0]!.path.join('.');
	return {
		problem: `damaged: ${place === '' ? '' : `${place}: `}${issues[0]!.message}${issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''}`,
		newer: false,
	};
}
