import test from 'ava';
import { checkNode, satisfiesEngine } from '../../../harness/doctor/node-check.ts';

const range = '^20.19.0 || ^22.12.0 || >=24.0.0';
const cases = [
	['20.19.0', true],
	['20.18.3', false],
	['v20.20.2', true],
	['21.7.0', false],
	['22.12.0', true],
	['22.11.9', false],
	['23.1.0', false],
	['24.0.0', true],
	['26.1.0', true],
] as const;

for (const [version, expected] of cases) {
	test(`${version} is ${expected ? '' : 'not '}in ${range}`, t => {
		t.is(satisfiesEngine(version, range), expected);
	});
}

test('refuses a range it does not understand', t => {
	t.throws(() => satisfiesEngine('20.0.0', '20.x'), { instanceOf: RangeError, message: /got '20\.x'/ });
});

test('an old Node is a problem with advice', t => {
	t.like(checkNode('18.0.0'), { status: 'problem', advice: 'install a supported version of Node' });
	t.is(checkNode('24.1.0').status, 'ok');
});
