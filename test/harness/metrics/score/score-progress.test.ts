import test from 'ava';
import { createScoreProgress } from '../../../../harness/metrics/score/score-progress.ts';

function harness(isTTY: boolean) {
	const written: string[] = [];
	let time = 0;
	const progress = createScoreProgress({ isTTY, columns: 60, write: text => written.push(text) }, () => time);
	return { written, progress, at: (milliseconds: number) => (time = milliseconds) };
}

test('off a terminal a line each half minute, with the time left', t => {
	const { written, progress, at } = harness(false);
	progress.update('real: features', 0, 1000);
	at(10_000);
	progress.update('real: features', 100, 1000);
	at(31_000);
	progress.update('real: features', 310, 1000);
	at(40_000);
	progress.update('real: features', 400, 1000);
	progress.close();
	t.deepEqual(written, ['real: features 31 %, about 1 min 09 s left\n']);
});

test('a short phase off a terminal prints nothing', t => {
	const { written, progress } = harness(false);
	progress.update('reading', 0, 10);
	progress.update('reading', 10, 10);
	t.deepEqual(written, []);
});

test('on a terminal one line is drawn again, at most five times a second, and wiped at the end', t => {
	const { written, progress, at } = harness(true);
	progress.update('reading', 0, 10);
	at(100);
	progress.update('reading', 5, 10);
	at(300);
	progress.update('reading', 6, 10);
	progress.line('shapes: drawing');
	progress.close();
	t.deepEqual(written, [
		'\r\u001B[Kreading 0 %',
		'\r\u001B[Kreading 60 %',
		'\r\u001B[Kshapes: drawing\n',
		'\r\u001B[K',
	]);
});

test('a new phase starts a new forecast, from where it began', t => {
	const { written, progress, at } = harness(true);
	progress.update('reading', 0, 10);
	at(100_000);
	progress.update('features', 50, 100);
	at(110_000);
	progress.update('features', 60, 100);
	t.is(written.at(-1), '\r\u001B[Kfeatures 60 %, about 40 s left');
	progress.update('features', 100, 100);
	at(111_000);
	progress.update('features', 100, 100);
	t.is(written.at(-1), '\r\u001B[Kfeatures 100 %');
});
