import type { InceptionProvenance } from '../inception/provenance.ts';
import type { ScoreResult } from './score-result.ts';

const digits = (value: number): string => value.toFixed(Math.abs(value) < 10 ? 4 : 2);
const signed = (value: number): string => `${value > 0 ? '+' : ''}${digits(value)}`;

const within = (value: number, key: string): string =>
	key === 'kernelDistance'
		? value.toExponential(4)
		: ['duplicates', 'linearProbe'].includes(key)
			? percent(value)
			: digits(value);

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** A network with the file that its weights come from: the publication, or the name of another file. */
function formatWeights(name: string, weights: InceptionProvenance): string {
	const { publication, sourceName, sourceDigest, weightsDigest } = weights;
	const file = publication ?? `${sourceName}, no known publication`;
	return `${name}, weights ${weightsDigest.slice(0, 12)} (${file}, SHA-256 ${sourceDigest.slice(0, 12)})`;
}

/** The result for people: each number with the protocol it was measured under. */
export function formatScore(result: ScoreResult): string {
	const { protocol, network, real, fake, training, metrics, intervals, notes, comparison } = result;
	const { inceptionScore, kernelDistance, fidInfinity, perClassFid, duplicates, linearProbe } = metrics;
	const rows: [name: string, key: string, value: string][] = [];
	const add = (name: string, key: string, value: string | undefined): void => {
		if (value !== undefined) rows.push([name, key, value]);
	};
	const plain = (value: number | undefined): string | undefined =>
		value === undefined ? undefined : digits(value);
	add('FID ↓', 'fid', plain(metrics.fid));
	add(
		'FID∞ ↓',
		'fidInfinity',
		fidInfinity && `${digits(fidInfinity.value)} ± ${digits(fidInfinity.standardError)} (fit)`,
	);
	add(
		'IS ↑',
		'inceptionScore',
		inceptionScore &&
			`${digits(inceptionScore.mean)}${inceptionScore.std === null ? ' (single split)' : ` ± ${digits(inceptionScore.std)} (${inceptionScore.splits} splits)`}`,
	);
	add(
		'KID ↓',
		'kernelDistance',
		kernelDistance &&
			`${kernelDistance.mean.toExponential(4)}${kernelDistance.spread === null ? '' : ` ± ${kernelDistance.spread.toExponential(1)}`}`,
	);
	add('Precision ↑', 'precision', plain(metrics.precision));
	add('Recall ↑', 'recall', plain(metrics.recall));
	add('Density ↑', 'density', plain(metrics.density));
	add('Coverage ↑', 'coverage', plain(metrics.coverage));
	const scored = perClassFid?.classes.filter(({ distance }) => distance !== null).length;
	add(
		'FID of classes ↓',
		'perClassFid',
		perClassFid &&
			(perClassFid.mean === null
				? 'no class has two images on both sides'
				: `${digits(perClassFid.mean)} (mean of ${scored} classes; each in the JSON)`),
	);
	add(
		'Copies ↓',
		'duplicates',
		duplicates &&
			`${percent(duplicates.share)} of the fakes (${percent(duplicates.quantile)} of real images come as near to the ${duplicates.trainingImages} training images)`,
	);
	add(
		'Linear probe ↑',
		'linearProbe',
		linearProbe &&
			`${percent(linearProbe.accuracy)} right (${percent(linearProbe.trainingAccuracy)} of the images it was fitted to)`,
	);
	const width = Math.max(...rows.map(([name]) => name.length));
	const count = (images: number): string => (images === 0 ? 'count unknown' : `${images} images`);
	const lines = [
		`Protocol ${protocol.name}, fingerprint ${protocol.fingerprint.slice(0, 12)}${protocol.details.mixed === true ? ' [MIXED]' : ''}`,
		...(network?.weights ? [`  network: ${formatWeights(network.name, network.weights)}`] : []),
		`  real: ${real.source} (${count(real.count)}, split ${real.split})`,
		`  fake: ${fake.source} (${count(fake.count)})`,
		...(training ? [`  training: ${training.source} (${count(training.count)})`] : []),
		...rows.map(([name, key, value]) => {
			const difference = comparison?.differences[key];
			const against =
				difference === undefined
					? ''
					: `   ${signed(difference)} against ${comparison?.with}${comparison?.mixed ? ' [MIXED]' : ''}`;
			const interval = intervals?.of[key];
			const bounds = interval ? `   [${within(interval.low, key)}, ${within(interval.high, key)}]` : '';
			return `${name.padEnd(width)}  ${value}${bounds}${against}`;
		}),
		...(intervals
			? [
					`In brackets: ${100 * intervals.confidence} % bootstrap intervals over the images, ${intervals.replicates} replicates`,
				]
			: []),
		...notes.map(note => `Note: ${note}`),
	];
	return `${lines.join('\n')}\n`;
}
