import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const isSource = (file: string): boolean => /\.[cm]?[jt]s$/u.test(file);

/** Types leave no trace in what runs. */
const typeImports = /\b(?:import|export)\s+type\b[^'"`;]*?\bfrom\s*['"][^'"\n]*['"]/gu;
const relativePath = /(?<quote>['"`])(?<target>\.{1,2}\/[^'"`\n]+)\k<quote>/gu;

/** What `require` finds for a path without its ending. */
const endings = ['', '.js', '.cjs', '.mjs', '.ts', '.json', '/index.js'];

function existingFile(target: string): string | undefined {
	return endings
		.map(ending => `${target}${ending}`)
		.find(file => statSync(file, { throwIfNoEntry: false })?.isFile());
}

/**
 * The files that sources name by relative paths, and those that these name, and so on: imports of every kind, and data
 * that are read from beside the module. Any text of a source that is such a path and a file counts, also in a comment:
 * better one too many than one too few. Packages are not followed.
 *
 * @param sources absolute paths
 * @param passed files that neither count nor are followed
 * @returns absolute paths, sorted, without the given ones
 */
export function filesNamedBy(
	sources: readonly string[],
	passed: (file: string) => boolean = () => false,
): readonly string[] {
	const found = new Set<string>();
	const open = sources.filter(isSource);
	for (let source = open.pop(); source !== undefined; source = open.pop()) {
		const text = readFileSync(source, 'utf8').replaceAll(typeImports, '');
		for (const { groups } of text.matchAll(relativePath)) {
			const file = existingFile(path.resolve(path.dirname(source), groups!.target!));
			if (file === undefined || found.has(file) || sources.includes(file) || passed(file)) continue;
			if (file.split(path.sep).includes('node_modules')) continue;
			found.add(file);
			if (isSource(file)) open.push(file);
		}
	}
	return [...found].sort();
}
