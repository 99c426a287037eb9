import { createHash } from 'node:crypto';

/** JSON with the keys of every object in order, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
	return JSON.stringify(value, (_key, part: unknown) =>
		part !== null && typeof part === 'object' && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([first], [second]) => (first < second ? -1 : 1)))
			: part,
	);
}

/** SHA-256 of the canonical JSON, 64 hex digits. */
export function digestOf(value: unknown): string {
	return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
