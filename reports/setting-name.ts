import { formatCount } from './format.ts';
import type { Setting } from './report-schema.ts';

/** `imagenet-128, imagenet-128, 250,000 steps, tfgan-s3gan`: what tells the settings of a report apart. */
export const settingName = ({ profile, dataSet, steps, protocol }: Setting): string =>
	`${profile}, ${dataSet.name}, ${formatCount(steps)} steps, ${protocol?.name ?? 'no result yet'}`;
