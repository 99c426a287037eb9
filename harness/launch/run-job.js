// What a launcher starts, on this machine or on a node of a cluster: one job of an output folder. See run-job.ts.
import '../runtime/register-typescript.js';

const { runJob } = await import('./run-job.ts');
process.exitCode = await runJob(process.argv.slice(2));
