import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';

/** What each part may import, beside itself and the plain files at the harness's root. */
const allowed: Readonly<Record<string, readonly string[]>> = {
	'harness/cli': [
		...[
			'harness/check',
			'harness/data',
			'harness/doctor',
			'harness/launch',
			'harness/metrics',
			'harness/run',
		],
		...['harness/samples', 'harness/suite', 'harness/tensor', 'harness/verify', 'harness/watch'],
		...['methods', 'methods/pretraining', 'reports'],
	],
	reports: [
		'harness/check',
		'harness/run',
		'harness/samples',
		'harness/statistics',
		'harness/verify',
		'methods/networks',
		'reference',
	],
	// Profiles, defaults of methods and recipes of pre-training are what the settings of a run are held against.
	'harness/check': [
		...['harness/run', 'harness/suite', 'methods', 'methods/networks', 'methods/pretraining', 'reference'],
	],
	'harness/verify': ['methods/networks', 'reference'],
	'harness/doctor': ['harness/tensor'],
	// What a grid will cost follows from the descriptions of its networks, and from whatever trains and scores them.
	'harness/suite': [
		...['harness/data', 'harness/launch', 'harness/metrics', 'harness/run', 'harness/statistics'],
		...['harness/tensor', 'harness/train', 'methods', 'methods/networks', 'methods/pretraining'],
		// How many images a loss turns is the loss's to say.
		'methods/losses',
	],
	'harness/watch': ['harness/launch', 'harness/run', 'harness/statistics', 'harness/suite'],
	// A job has one owner as a run has, by the same lock.
	'harness/launch': ['harness/run'],
	// Pictures of networks: of a run at its end, of a finished run afterwards. `score` reads the latter as well.
	'harness/samples': [
		...['harness/data', 'harness/metrics', 'harness/run', 'harness/tensor', 'harness/train'],
		...['methods', 'methods/networks'],
	],
	'harness/run': [
		...['harness/data', 'harness/metrics', 'harness/samples', 'harness/tensor', 'harness/train'],
		// Options that do not go together are refused by the losses' own rules.
		...['methods', 'methods/losses', 'methods/networks', 'methods/pretraining'],
	],
	// `score` draws samples from the networks of a finished run: hence run, train and methods.
	'harness/metrics': [
		...[
			'harness/data',
			'harness/launch',
			'harness/run',
			'harness/samples',
			'harness/statistics',
			'harness/tensor',
			'harness/train',
			'harness/metrics/resize',
		],
		...['methods', 'methods/networks', 'reference'],
	],
	'harness/metrics/resize': ['harness/tensor'],
	// What divides means over labelled images is counted over the whole batch, before its parts go through.
	'harness/train': ['harness/data', 'harness/tensor', 'methods', 'methods/losses', 'methods/networks'],
	// Pillow's resize is a pure function of pixels that recipes of preparation and metric protocols share.
	'harness/data': ['harness/tensor', 'harness/metrics/resize'],
	'harness/statistics': ['harness/tensor'],
	'harness/tensor': [],
	methods: ['harness/tensor', 'methods/losses', 'methods/networks'],
	'methods/pretraining': [
		...['harness/data', 'harness/metrics', 'harness/statistics', 'harness/tensor'],
		...['methods/losses', 'methods/networks'],
	],
	'methods/losses': ['harness/tensor', 'methods/networks'],
	'methods/networks': ['harness/tensor'],
	reference: ['methods/networks'],
};

const sharedMethodFolders = ['networks', 'losses', 'pretraining'];

/** The part a file belongs to: `harness/train`, `methods` for every method, `methods/networks`, … */
function partOf(file: string): string {
	if (file.startsWith('harness/metrics/resize/')) return 'harness/metrics/resize';
	const [top, folder, ...rest] = file.split('/');
	if (top === 'harness') return rest.length > 0 ? `harness/${folder}` : 'harness';
	if (top === 'methods' && sharedMethodFolders.includes(folder)) return `methods/${folder}`;
	return top;
}

function sources(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
		.map(entry => path.join(entry.parentPath, entry.name));
}

/** Files that a file imports, from the repository's root. */
function importsOf(file: string): string[] {
	const text = readFileSync(file, 'utf8');
	return [...text.matchAll(/(?:\bfrom\s+|\bimport\(\s*)['"](?<target>\.[^'"]+)['"]/gu)].map(match =>
		path.normalize(path.join(path.dirname(file), match.groups!.target)),
	);
}

test('imports follow the arrows between the parts', t => {
	const wrong: string[] = [];
	for (const file of ['harness', 'methods', 'reports', 'reference'].flatMap(sources)) {
		const part = partOf(file);
		for (const target of importsOf(file)) {
			const other = partOf(target);
			if (other === part || other === 'harness' || allowed[part]?.includes(other)) continue;
			wrong.push(`${file} imports ${target}`);
		}
	}
	t.deepEqual(wrong, []);
});

test('nothing but the command line imports the command line, and methods never see what runs them', t => {
	for (const [part, targets] of Object.entries(allowed)) {
		t.false(targets.includes('harness/cli'), part);
		if (part.startsWith('methods')) {
			for (const target of ['harness/suite', 'harness/launch', 'harness/run', 'harness/train', 'reports']) {
				t.false(targets.includes(target), `${part} → ${target}`);
			}
		}
	}
});

test('random numbers come from named streams alone', t => {
	const unseeded =
		/Math\.random\(|\btf\.(?:randomNormal|randomUniform|truncatedNormal|randomGamma|multinomial|dropout)\(/u;
	const wrong = ['harness', 'methods', 'reports']
		.flatMap(sources)
		.filter(file => unseeded.test(readFileSync(file, 'utf8')));
	t.deepEqual(wrong, []);
});
