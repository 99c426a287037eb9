import { UsageError } from '../../errors.ts';
import type { SplitName } from './source.ts';

export interface CheckedLabels {
	/** The word before the colon of the source. */
	readonly kind: string;
	/** What followed it. */
	readonly target: string;
	readonly split: SplitName;
	readonly classNames: readonly string[];
	/** −1 for none. */
	readonly labels: Int32Array;
}

const fix = 'labels like these come of a wrong folder level or label list: look at the source’s files again';

/**
 * Refuses labels that no training should start with.
 *
 * @throws UsageError if a split has no picture, its labels are all equal or outside the classes, or a class has no
 * training picture; held-out pictures may be without labels
 */
export function checkLabels({ kind, target, split, classNames, labels }: CheckedLabels): void {
	if (labels.length === 0) throw new UsageError(`${kind}: the ${split} split of ${target} is empty`, fix);
	const counts = new Uint32Array(classNames.length);
	for (const [position, label] of labels.entries()) {
		if (label === -1) continue;
		if (label < 0 || label >= classNames.length) {
			throw new UsageError(
				`${kind}: ${target}: ${split} picture ${position}: expected a label from 0 to ${classNames.length - 1}, got ${label}`,
				fix,
			);
		}
		counts[label]++;
	}
	const used = counts.reduce((total, count) => total + (count > 0 ? 1 : 0), 0);
	const labelled = counts.reduce((total, count) => total + count, 0);
	if (used === 1 && labelled > 1) {
		const label = counts.findIndex(count => count > 0);
		throw new UsageError(
			`${kind}: ${target}: all ${labelled} labels of the ${split} split are ${label} (${classNames[label]})`,
			fix,
		);
	}
	if (split === 'test') return;
	if (used === 0) {
		throw new UsageError(`${kind}: ${target}: no picture of the train split has a label`, fix);
	}
	const empty = classNames.filter((_, label) => counts[label] === 0);
	if (empty.length === 0) return;
	throw new UsageError(
		`${kind}: ${target}: ${empty.length} of ${classNames.length} classes have no training picture: ` +
			`${empty.slice(0, 3).join(', ')}${empty.length > 3 ? ', …' : ''}`,
		fix,
	);
}
