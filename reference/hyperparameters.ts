import { z } from 'zod';
import { type Frozen, readReference } from './read-reference.ts';
import { quoted } from './sources.ts';

const text = quoted(z.string());
const number = quoted(z.number());
const wholeNumber = quoted(z.number().int().positive());
const flag = quoted(z.boolean());
const numbers = quoted(z.array(z.number()));
const texts = quoted(z.record(z.string(), z.string()));

const hyperparametersSchema = z.strictObject({
	schemaVersion: z.literal(1),
	paper: z.string(),
	gan: z.strictObject({
		architecture: text,
		optimizer: text,
		beta1: number,
		beta2: number,
		learningRateG: number,
		learningRateD: number,
		learningRateGReleasedConfig: number,
		learningRateDReleasedConfig: number,
		generatorSteps: wholeNumber,
		discriminatorStepsPerGeneratorStep: wholeNumber,
		batchSize: wholeNumber,
		zDim: wholeNumber,
		zDistribution: text,
		spectralNormalization: text,
		orthogonalRegularization: flag,
		truncationTrick: flag,
		loss: text,
		seeds: wholeNumber,
		hardware: text,
		generatorEma: quoted(
			z.strictObject({ enabled: z.boolean(), decay: z.number(), startStep: z.number().int() }),
		),
		initializer: text,
		resolution: numbers,
		extraResolution: wholeNumber,
		imagePreprocessingReleased: texts,
	}),
	labels: z.strictObject({
		fractionsPercent: numbers,
		extraFractionPercent: number,
		numClasses: wholeNumber,
		hardOrSoft: texts,
		generatorLabelDistribution: texts,
	}),
	clustering: z.strictObject({ numClustersSet: numbers, chosen: wholeNumber, algorithm: text }),
	pretraining: z.strictObject({
		network: text,
		loss: text,
		optimizer: text,
		epochs: wholeNumber,
		batchSize: wholeNumber,
		unlabeledPerBatchB: wholeNumber,
		gamma: number,
		learningRate: text,
		warmup: text,
		decay: text,
		searchSpace: quoted(z.strictObject({ gamma: z.array(z.number()), B: z.array(z.number()) })),
		tunedOn: text,
	}),
	coTraining: z.strictObject({
		lambdaSet: numbers,
		released: quoted(z.strictObject({ weight_class_loss: z.number(), note: z.string() })),
	}),
	selfSupervision: z.strictObject({
		rotationsDegrees: numbers,
		alphaG: number,
		betaSweep: numbers,
		betaD: quoted(z.record(z.string(), z.union([z.number(), z.string()]))),
		rotatedFraction: text,
	}),
	/** Plain-text equations by name; numbers are the paper's. */
	equations: z.record(z.string(), z.string()),
	evaluation: z.strictObject({
		realImages: wholeNumber,
		fakeImages: wholeNumber,
		fakeSets: wholeNumber,
		inception: text,
	}),
});

/** Section 4 of arXiv 1903.02271v1 and what the released configuration says where the text is silent. */
export function readHyperparameters(): Frozen<z.infer<typeof hyperparametersSchema>> {
	return readReference('s3gan-hyperparameters', hyperparametersSchema);
}
