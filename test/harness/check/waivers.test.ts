import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { readWaivers } from '../../../harness/check/waivers.ts';
import { UsageError } from '../../../harness/errors.ts';

const waiver = {
	rule: 'clean-tree',
	reason: 'only a README was open',
	name: 'A. Author',
	date: '2026-01-31',
};

function folderWith(content: unknown): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'waivers-'));
	if (content !== undefined) {
		writeFileSync(
			path.join(folder, 'waivers.json'),
			typeof content === 'string' ? content : JSON.stringify({ schemaVersion: 1, waivers: content }),
		);
	}

	return folder;
}

test('no file, no waivers; without `where` a waiver holds everywhere', t => {
	t.deepEqual(readWaivers(folderWith(undefined)), []);
	t.deepEqual(readWaivers(folderWith([waiver])), [{ ...waiver, where: {} } as never]);
});

const refused = test.macro({
	exec(t, content: unknown, message: RegExp, fix: RegExp) {
		const error = t.throws(() => readWaivers(folderWith(content)), { instanceOf: UsageError, message });
		t.regex(error?.fix ?? '', fix);
	},
	title: name => `a file is refused with ${name}`,
});
test(
	'a rule that does not exist',
	refused,
	[{ ...waiver, rule: 'clean-trees' }],
	/waivers\[0\]\.rule/u,
	/did you mean clean-tree\?/u,
);
test(
	'no reason',
	refused,
	[{ ...waiver, reason: '' }],
	/at least 10 characters/u,
	/rule, reason, name and date/u,
);
test('a date that is none', refused, [{ ...waiver, date: 'today' }], /waivers\[0\]\.date/u, /2026-01-31/u);
test('a field nobody reads', refused, [{ ...waiver, seeds: [1] }], /seeds/u, /where/u);
test('broken JSON', refused, '{', /not readable as JSON/u, /mend it/u);
