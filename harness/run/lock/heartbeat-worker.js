import { fsyncSync, writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

// Tells other processes that the owner of a lock lives, by the lock file's time of change. A thread of its own: a
// step or a fake set keeps the main thread busy for minutes. The time is the file server's, because the file is
// written to, with the byte that is there already, instead of being given a time of this machine.
setInterval(() => {
	try {
		writeSync(workerData.descriptor, '{', 0);
		fsyncSync(workerData.descriptor);
	} catch {
		// The file server may be away for a while. The owner looks at its lock before it writes anything.
	}
}, workerData.everyMs);
