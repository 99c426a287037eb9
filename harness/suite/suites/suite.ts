/** The runs of one method in a grid: one for each label fraction and seed. */
export interface SuiteRow {
	/** Name of a built-in method, or the path of a module. */
	readonly method: string;
	/** Label fractions in (0, 1]; a method that reads no labels runs once per seed whatever stands here. */
	readonly labelFractions: readonly number[];
	/** Options that the row stands for, by name; the method's defaults for the others. */
	readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** A named grid: rows × seeds at one profile, and classifiers that are results of their own. */
export interface Suite {
	readonly name: string;
	/** One sentence for people. */
	readonly summary: string;
	readonly profile: string;
	/** Data source unless the command line says otherwise; null if it must say: it cannot be known or downloaded. */
	readonly data: string | null;
	/** Each method stands once. */
	readonly rows: readonly SuiteRow[];
	readonly seeds: readonly number[];
	/**
	 * Label fractions in (0, 1) whose classifier (§3.1 of the paper) is trained whether or not a run of the grid needs
	 * it, since its errors are a result (Table 3). Default none.
	 */
	readonly classifiers?: readonly number[];
	/** Tables of the paper whose cells the grid fills; medians and mean ± std of the same runs are two tables. */
	readonly tables: readonly number[];
}
