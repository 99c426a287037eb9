import path from 'node:path';

/** What the configuration files of a throw-away cluster say. */
export interface ClusterShape {
	readonly folder: string;
	readonly host: string;
	/** Who runs daemons and jobs. */
	readonly user: string;
	readonly controllerPort: number;
	readonly nodes: readonly {
		readonly name: string;
		readonly port: number;
		readonly cpus: number;
		/** Device files that stand in for GPUs. */
		readonly gpus: readonly string[];
	}[];
}

/** `gres.conf`: which device files stand in for GPUs. */
export function gresConfiguration({ nodes }: ClusterShape): string {
	const lines = nodes.flatMap(({ name, gpus }) =>
		gpus.map(file => `NodeName=${name} Name=gpu File=${file}\n`),
	);
	return `AutoDetect=off\n${lines.join('')}`;
}

/**
 * `slurm.conf` for quick tests: jobs start within a second, requeued ones after a few (`cred_expire`), a node counts
 * as down after 10 s; a job in the partition `high` pre-empts one in `main`, which is queued again.
 */
export function slurmConfiguration({ folder, host, user, controllerPort, nodes }: ClusterShape): string {
	const inside = (...parts: string[]): string => path.join(folder, ...parts);
	const names = nodes.map(({ name }) => name).join(',');
	const nodeLines = nodes.map(
		({ name, port, cpus, gpus }) =>
			`NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=${cpus} RealMemory=16000` +
			`${gpus.length > 0 ? ` Gres=gpu:${gpus.length}` : ''} State=UNKNOWN`,
	);
	return [
		'ClusterName=throwaway',
		`SlurmctldHost=${host}(127.0.0.1)`,
		`SlurmctldPort=${controllerPort}`,
		`SlurmUser=${user}`,
		`SlurmdUser=${user}`,
		'AuthType=auth/munge',
		'CredType=cred/munge',
		// cred_expire also sets how long a job that is queued again is held back: 120 s by default, and below 5.
		`AuthInfo=socket=${inside('run', 'munge.socket')},cred_expire=5`,
		`StateSaveLocation=${inside('state')}`,
		`SlurmdSpoolDir=${inside('spool', '%n')}`,
		`SlurmctldPidFile=${inside('run', 'slurmctld.pid')}`,
		`SlurmdPidFile=${inside('run', 'slurmd-%n.pid')}`,
		`SlurmctldLogFile=${inside('log', 'slurmctld.log')}`,
		`SlurmdLogFile=${inside('log', 'slurmd-%n.log')}`,
		'SlurmdParameters=config_overrides',
		'ProctrackType=proctrack/linuxproc',
		'TaskPlugin=task/none',
		'MpiDefault=none',
		'ReturnToService=2',
		'SchedulerType=sched/backfill',
		'SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0',
		'SelectType=select/cons_tres',
		'SelectTypeParameters=CR_Core_Memory',
		...(nodes.some(({ gpus }) => gpus.length > 0) ? ['GresTypes=gpu'] : []),
		'AccountingStorageType=accounting_storage/none',
		'JobAcctGatherType=jobacct_gather/linux',
		'JobCompType=jobcomp/filetxt',
		`JobCompLoc=${inside('log', 'jobcomp.log')}`,
		'MinJobAge=86400',
		'KillWait=5',
		'SlurmdTimeout=10',
		'BatchStartTimeout=5',
		'PreemptType=preempt/partition_prio',
		'PreemptMode=REQUEUE',
		...nodeLines,
		`PartitionName=main Nodes=${names} Default=YES DefMemPerCPU=100 MaxTime=INFINITE DefaultTime=60 PriorityTier=1`,
		`PartitionName=high Nodes=${names} DefMemPerCPU=100 MaxTime=INFINITE DefaultTime=60 PriorityTier=10`,
		'',
	].join('\n');
}
