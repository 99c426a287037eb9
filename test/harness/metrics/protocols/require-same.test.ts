import test from 'ava';
import {
	ProtocolMismatchError,
	requireSameProtocol,
} from '../../../../harness/metrics/protocols/require-same.ts';

const protocol = (name: string, realCount: number) => ({
	name,
	fingerprint: String(realCount).padStart(64, '0'),
	proxy: false,
	details: { realCount, resize: 'bilinear-legacy' },
});

test('one protocol needs no remark', t => {
	t.deepEqual(requireSameProtocol(protocol('ttur', 10), protocol('ttur', 10), false), []);
});

test('two protocols are refused, with every difference and the way out', t => {
	const error = t.throws(() => requireSameProtocol(protocol('ttur', 10), protocol('clean-fid', 20), false), {
		instanceOf: ProtocolMismatchError,
	});
	t.is(error.message, 'protocols differ: ttur against clean-fid: realCount: 10 against 20');
	t.is(
		error.fix,
		'measure both under one protocol, or add --allow-mixed to compare them all the same, marked',
	);
	t.is(error.exitCode, 4);
});

test('asked for, they are compared and marked', t => {
	t.deepEqual(requireSameProtocol(protocol('ttur', 10), protocol('clean-fid', 20), true), [
		'MIXED PROTOCOLS, the difference means little: realCount: 10 against 20',
	]);
});
