import { exitCodes } from '../errors.ts';
import type { JobStatus } from './job-files.ts';

/** The lines of a job's log that were written for people about its end, without TensorFlow's own. */
function errorMessage(text: string): string {
	const start = text.search(/^(Error|Unexpected error): /mu);
	return (start === -1 ? text.slice(-2000) : text.slice(start)).trim();
}

/** Tells how the attempt ended, for the launcher and for people. */
export function describeEnd(
	code: number | null,
	signal: NodeJS.Signals | null,
	askedBy: string | null,
	logged: string,
): Pick<JobStatus, 'state' | 'message'> {
	if (code === exitCodes.ok) return { state: 'done', message: '' };
	if (code === exitCodes.interrupted || (askedBy !== null && signal !== null)) {
		return { state: 'interrupted', message: askedBy ? `asked to end by ${askedBy}` : 'interrupted' };
	}
	if (signal) {
		const memory = signal === 'SIGKILL' ? ' (out of memory, perhaps, or by hand)' : '';
		return { state: 'failed', message: `ended by ${signal}${memory}` };
	}
	return { state: 'failed', message: errorMessage(logged) || `exit code ${code}` };
}
