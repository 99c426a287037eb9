// A private throw-away Slurm cluster on this host, for people and scripts:
//   node --import ./harness/runtime/register-typescript.js ci/slurm/main.ts start FOLDER [nodes] [cpus] [gpus]
//   node --import ./harness/runtime/register-typescript.js ci/slurm/main.ts stop FOLDER
// `start` prints what the shell has to export for sbatch, squeue and `fewer-labels run --launcher slurm`.
import path from 'node:path';
import { ActionableError, exitCodes } from '../../harness/errors.ts';
import { openCluster, startCluster } from './cluster.ts';

const [action, where, ...counts] = process.argv.slice(2);
if ((action !== 'start' && action !== 'stop') || !where) {
	process.stderr.write('usage: ci/slurm/main.ts start|stop FOLDER [nodes=2] [cpus=2] [gpus=2]\n');
	process.exit(exitCodes.usage);
}
const folder = path.resolve(where);
const [nodes, cpus, gpus] = counts.map(Number);
try {
	if (action === 'stop') {
		await openCluster(folder).stop();
	} else {
		const cluster = await startCluster({ folder, nodes, cpus, gpus });
		for (const [name, value] of Object.entries(cluster.environment))
			process.stdout.write(`export ${name}='${value}'\n`);
	}
} catch (error) {
	if (!(error instanceof ActionableError)) throw error;
	process.stderr.write(`Error: ${error.message}\nFix: ${error.fix}\n`);
	process.exitCode = error.exitCode;
}
