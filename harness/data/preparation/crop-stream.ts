import { createStream, type Stream } from '../../tensor/random.ts';

/**
 * The random numbers of the crop of one picture in one epoch. Sets whose crops are fixed use epoch 0.
 *
 * @param seed in [1, 2^31 - 1]
 * @param image number of the picture in its split
 */
export const cropStream = (seed: number, split: string, epoch: number, image: number): Stream =>
	createStream(seed, 'crop', split, epoch, image);
