/** A word of a shell command: in single quotes where a shell would read it otherwise. */
export const quoteForShell = (text: string): string =>
	/^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
