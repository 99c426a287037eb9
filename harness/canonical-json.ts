import { createHash } from 'node:crypto';

/** JSON with the keys of every object in order, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
	// Of no value, such as undefined, there is no JSON, and callers pass what they have read from JSON.
	return write(value) as string;
}

/** Undefined for what JSON leaves out. Thousands of run ids are digests of this text: no copy of the value is made. */
function write(value: unknown): string | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
	if (value === null || typeof value !== 'object') return JSON.stringify(value);
	if (Array.isArray(value)) return `[${Array.from(value, item => write(item) ?? 'null').join(',')}]`;
	if ('toJSON' in value) return writeSlowly(value);
	const keys = Object.keys(value);
	// Keys that are whole numbers come first in every object, in the order of the numbers.
	if (keys.length > 0 && /^\d/u.test(keys[0]!)) return writeSlowly(value);
	let text = '';
	for (const key of inOrder(keys)) {
		const written = write((value as Record<string, unknown>)[key]);
		if (written !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${written}`;
	}

	return `{${text}}`;
}

function inOrder(keys: string[]): string[] {
	for (let index = 1; index < keys.length; index++) {
		if (keys[index - 1]! > keys[index]!) return keys.sort();
	}

	return keys;
}

function writeSlowly(value: unknown): string {
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
