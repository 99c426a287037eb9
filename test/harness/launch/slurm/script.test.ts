import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { UsageError } from '../../../../harness/errors.ts';
import { dependencyOptions, readTemplate, writeScript } from '../../../../harness/launch/slurm/script.ts';
import { temporaryOut } from '../conformance.ts';

const request = {
	name: 'fewer-labels-train',
	comment: 'fewer-labels:x',
	labels: ['S3GAN seed 1', 'S3GAN seed 2'],
	limit: 4,
	logs: '/out/my logs',
	command: ['/bin/node', '/out/run job.js', '/out/x.json'],
	site: { options: ' --partition=gpu --time=8:00:00 ', gres: 'gpu:1', threads: 2 },
};

test('the script of an array says everything that sbatch needs, the site’s wishes last', t => {
	t.is(
		writeScript(request),
		`#!/bin/bash
#SBATCH --job-name=fewer-labels-train
#SBATCH --comment=fewer-labels:x
#SBATCH --array=0-1%4
#SBATCH --output='/out/my logs/slurm-%A_%a.log'
#SBATCH --open-mode=append
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --gres=gpu:1
#SBATCH --requeue
#SBATCH --signal=B:USR1@120
#SBATCH --partition=gpu --time=8:00:00
# 0: S3GAN seed 1
# 1: S3GAN seed 2
exec /bin/node '/out/run job.js' /out/x.json
`,
	);
});

test('a job by itself is no array and has no limit', t => {
	const text = writeScript({ ...request, array: false, limit: null, site: { noticeSeconds: 60 } });
	t.notRegex(text, /--array|--gres|--cpus/u);
	t.regex(text, /--signal=B:USR1@60\n/u);
	t.regex(text, /slurm-%j\.log/u);
});

test('a template of the site goes around the command', t => {
	const file = path.join(temporaryOut(t), 'site.sh');
	writeFileSync(
		file,
		'#!/bin/bash -l\n{{options}}\nmodule load cuda/12\nexec apptainer exec $HOME/i.sif {{command}}\n',
	);
	const text = writeScript({ ...request, site: { template: file } });
	t.true(text.startsWith('#!/bin/bash -l\n#SBATCH --job-name'));
	t.true(
		text.endsWith(
			"module load cuda/12\nexec apptainer exec $HOME/i.sif /bin/node '/out/run job.js' /out/x.json\n",
		),
	);
});

test('a template that cannot work is refused with what it lacks', t => {
	const file = path.join(temporaryOut(t), 'site.sh');
	const refused = (text: string, message: RegExp): void => {
		writeFileSync(file, text);
		t.throws(() => readTemplate(file), { instanceOf: UsageError, message });
	};
	refused('#!/bin/bash\n{{options}}\n', /has no \{\{command\}\}/u);
	refused('#!/bin/bash\n{{command}}\n', /has no \{\{options\}\}/u);
	refused('{{options}}\n{{command}}\n', /does not start with #!/u);
	t.throws(() => readTemplate(`${file}.none`), { instanceOf: UsageError, message: /cannot read/u });
});

test('dependencies are options of the call, since a script cannot know ids', t => {
	t.deepEqual(dependencyOptions([], undefined), []);
	t.deepEqual(dependencyOptions(['7_0', '7_1'], '9'), [
		'--dependency=afterok:7_0:7_1,afterany:9',
		'--kill-on-invalid-dep=yes',
	]);
});
