import { readFileSync } from 'node:fs';
import type { Check } from './check.ts';

type Version = readonly [major: number, minor: number, patch: number];

function parseVersion(text: string): Version {
	const [major = 0, minor = 0, patch = 0] = text.replace(/^v/u, '').split('-')[0].split('.').map(Number);
	return [major, minor, patch];
}

function isAtLeast(version: Version, bound: Version): boolean {
	const index = version.findIndex((part, position) => part !== bound[position]);
	return index === -1 || version[index] > bound[index];
}

/**
 * True if a version satisfies an engine range as package.json writes them: `^1.2.3` and `>=1.2.3`, joined by `||`.
 *
 * @throws RangeError for another kind of range
 */
export function satisfiesEngine(version: string, range: string): boolean {
	const actual = parseVersion(version);
	return range.split('||').some(part => {
		const match = /^(\^|>=)(\d+\.\d+\.\d+)$/u.exec(part.trim());
		if (!match) throw new RangeError(`engine range: expected ^1.2.3 or >=1.2.3, got '${part.trim()}'`);
		const bound = parseVersion(match[2]);
		return isAtLeast(actual, bound) && (match[1] === '>=' || actual[0] === bound[0]);
	});
}

/** Is this Node one of those that package.json names? */
export function checkNode(version: string = process.versions.node): Check {
	const file = new URL('../../package.json', import.meta.url);
	const { engines } = JSON.parse(readFileSync(file, 'utf8')) as { engines: { node: string } };
	const supported = satisfiesEngine(version, engines.node);
	return {
		id: 'node',
		title: 'Node',
		status: supported ? 'ok' : 'problem',
		detail: supported ? version : `${version}; supported is ${engines.node}`,
		advice: 'install a supported version of Node',
		data: { version, range: engines.node },
	};
}
