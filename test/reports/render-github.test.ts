import test from 'ava';
import { commentMark, renderGithub } from '../../reports/render-github.ts';
import { makeReport } from '../../reports/write-report.ts';
import { makeGrid, makeProxyGrid } from './make-grid.ts';

test('a comment has counts, medians, compliance and folded seeds', async t => {
	const text = renderGithub(await makeReport(makeProxyGrid().folder));
	t.true(text.startsWith(`${commentMark}\n\n### smoke: 9 of 15 runs — incomplete\n`));
	t.regex(text, /➖ not comparable \| ⚪ not run/u);
	t.regex(text, /\*\*Compliance:\*\* grid-complete \(6\)/u);
	t.regex(text, /<details><summary>Seeds and intervals: FID<\/summary>\n\n\|/u);
	t.regex(text, /6 runs without a result/u);
	t.regex(text, /\*\*0 collapsed\*\* \(counted, as in the paper\), 1 failed\./u);
	t.regex(text, /Runs that a rule could not check: identity \(9\)/u);
});

test('a comment too long for GitHub is cut between its parts, and says so', async t => {
	const { folder } = makeGrid({
		runs: Array.from({ length: 900 }, (_, index) => ({
			method: `method-${index}`,
			title: `A method with a long title, number ${index}`,
			labelFraction: null,
			seed: 1,
			fid: 10,
		})),
	});
	const text = renderGithub(await makeReport(folder));
	t.true(text.length <= 65_000);
	t.regex(text, /Cut to fit a comment; report\.md has the rest\.\n$/u);
});

test('two settings have tables of their own, with their names above', async t => {
	const run = (seed: number, steps: number) => ({
		...{ method: 's3gan', labelFraction: 0.1, seed, fid: 8, result: { steps } },
	});
	const text = renderGithub(await makeReport(makeGrid({ runs: [run(1, 250_000), run(2, 1000)] }).folder));
	for (const steps of ['250,000', '1,000']) {
		const name = `profile imagenet-128, data imagenet-128, ${steps} generator steps, protocol tfgan-s3gan`;
		t.true(text.includes(`#### ${name}\n`));
		t.true(text.includes(`**FID**, ${name}, median over seeds`));
		t.true(text.includes(`<summary>Seeds and intervals: FID, ${name}</summary>`));
	}
});
