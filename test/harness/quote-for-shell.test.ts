import { execFileSync } from 'node:child_process';
import test from 'ava';
import { quoteForShell } from '../../harness/quote-for-shell.ts';

test('texts are quoted where they must be, and a shell reads them as they were', t => {
	t.is(quoteForShell('/a/b-c_1.json'), '/a/b-c_1.json');
	t.is(quoteForShell("it's $HOME"), `'it'\\''s $HOME'`);
	const hard = ['', 'a b', '"$(id)`\\', "'", 'a\nb', '*', '~'];
	const read = execFileSync('bash', ['-c', `printf '%s\\0' ${hard.map(quoteForShell).join(' ')}`], {
		encoding: 'utf8',
	});
	t.deepEqual(read.split('\0').slice(0, -1), hard);
});
