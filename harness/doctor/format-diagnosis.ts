import type { CheckStatus, Diagnosis } from './check.ts';

const marks: Readonly<Record<CheckStatus, { readonly mark: string; readonly colour: number }>> = {
	ok: { mark: '✓', colour: 32 },
	warning: { mark: '!', colour: 33 },
	problem: { mark: '✗', colour: 31 },
};

/**
 * The checklist for people: a mark, the title and what was found on a line for each check, advice below it, and a
 * closing sentence.
 *
 * @param colours true to use terminal colours
 */
export function formatDiagnosis(diagnosis: Diagnosis, colours: boolean): string {
	const paint = (text: string, colour: number): string =>
		colours ? `\u001B[${colour}m${text}\u001B[39m` : text;
	const width = Math.max(...diagnosis.checks.map(check => check.title.length));
	const indent = ' '.repeat(width + 4);
	const lines = diagnosis.checks.flatMap(({ status, title, detail, advice }) => {
		const { mark, colour } = marks[status];
		const text = detail.split('\n').join(`\n${indent}`);
		const line = `${paint(mark, colour)} ${title.padEnd(width)}  ${text}`;
		return advice && status !== 'ok' ? [line, `${indent}→ ${advice}`] : [line];
	});
	const problems = diagnosis.checks.filter(check => check.status === 'problem').length;
	const summary = diagnosis.ok
		? paint('This machine can train.', marks.ok.colour)
		: paint(
				`This machine cannot train yet: ${problems} problem${problems === 1 ? '' : 's'}.`,
				marks.problem.colour,
			);
	return `${[...lines, '', summary].join('\n')}\n`;
}
