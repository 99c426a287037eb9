import type { FeatureNetworkPreset } from '../metrics/feature-network/presets.ts';
import type { TrainingSettings } from '../train/settings.ts';

/** A size of experiment: everything but the method, the data and the seed. */
export interface Profile {
	readonly name: string;
	/** One sentence for people. */
	readonly summary: string;
	/** Generator steps unless the command line says otherwise. */
	readonly defaultSteps: number;
	/** Images taken from the data set (class-balanced); null for all. */
	readonly trainCount: number | null;
	readonly testCount: number | null;
	/**
	 * What scores its runs: `inception` is the network of the `tfgan-s3gan` protocol, whose weights must be installed;
	 * `proxy` a feature network that is trained on the data set itself.
	 */
	readonly evaluator: 'proxy' | 'inception';
	/** The feature network of the proxy scores; not used where the evaluator is `inception`. */
	readonly featureNetwork: FeatureNetworkPreset;
	/** The recipe of pre-training, see `findPretrainingPreset`. */
	readonly pretraining: string;
	/** The settings of a training of this many generator steps. */
	settings(steps: number): TrainingSettings;
}
