/** Classes of the data sets that this program knows by name; undefined for others, such as folders of images. */
export function classesOf(dataSet: string): number | undefined {
	if (/^imagenet/iu.test(dataSet)) return 1000;
	return /^(shapes|cifar10)(-|$)/u.test(dataSet) ? 10 : undefined;
}
