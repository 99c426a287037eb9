/**
 * Whether this machine has a process of that number now, whoever's it is. The number may have been given anew: who can
 * compare more than it asks `isRunning` of harness/run/lock.
 */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
