import { InvalidArgumentError } from 'commander';
import { type MetricName, metricNames } from '../../metrics/score/score-result.ts';

/** commander parser: the name of a metric. */
export function metricName(text: string): MetricName {
	const name = metricNames.find(known => known === text);
	if (!name) throw new InvalidArgumentError(`expected any of ${metricNames.join(', ')}, got '${text}'.`);
	return name;
}
