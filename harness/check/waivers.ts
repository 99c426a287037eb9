import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { nearestNames } from '../nearest-names.ts';
import { ruleNames } from './rule-names.ts';

const waiverSchema = z.strictObject({
	/** Name of the rule. */
	rule: z.enum(ruleNames),
	/** Which runs: all that have these values; every run and place without any. */
	where: z
		.strictObject({
			method: z.string().optional(),
			labelFraction: z.number().nullable().optional(),
			seed: z.number().int().optional(),
			runId: z.string().optional(),
		})
		.default({}),
	/** Why the departure does not matter here. */
	reason: z.string().min(10, 'a reason of at least 10 characters'),
	/** Who takes the blame. */
	name: z.string().min(1),
	date: z.iso.date(),
});
export type Waiver = z.infer<typeof waiverSchema>;

/** `waivers.json` of an output folder. */
const waiversSchema = z.strictObject({ schemaVersion: z.literal(1), waivers: z.array(waiverSchema) });

const waiversFile = 'waivers.json';

/**
 * The waivers of an output folder, none if it has no such file.
 *
 * @throws UsageError with each wrong field if the file is there and not valid: a waiver that is silently ignored,
 * or silently too broad, would be worse than none
 */
export function readWaivers(folder: string): readonly Waiver[] {
	const file = path.join(folder, waiversFile);
	if (!existsSync(file)) return [];
	let value: unknown;
	try {
		value = JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		throw new UsageError(`${file}: not readable as JSON: ${(error as Error).message}`, 'mend it', error);
	}

	const parsed = waiversSchema.safeParse(value);
	if (parsed.success) return parsed.data.waivers;
	const given = (value as { waivers?: Array<{ rule?: unknown }> }).waivers;
	const unknown = (Array.isArray(given) ? given : [])
		.map(waiver => waiver?.rule)
		.find(rule => typeof rule === 'string' && !(ruleNames as readonly string[]).includes(rule));
	const near = unknown === undefined ? [] : nearestNames(unknown as string, ruleNames);
	throw new UsageError(
		`${file} is no list of waivers:\n${z.prettifyError(parsed.error)}`,
		`${near.length > 0 ? `did you mean ${near.join(' or ')}? ` : ''}each waiver needs rule, reason, name and date (2026-01-31); \`where\` limits it to a method, labelFraction, seed or runId`,
		parsed.error,
	);
}

/** `twin run of the same machine (A. Author, 2026-01-31)` */
export function waiverInWords({ reason, name, date }: Waiver): string {
	return `${reason} (${name}, ${date})`;
}
