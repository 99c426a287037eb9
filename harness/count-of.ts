/** A number with its noun, `1 run` or `2 runs`; for nouns whose plural is an s more. */
export const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
