import type { Figure } from './figure.ts';
import { boat } from './figures/boat.ts';
import { car } from './figures/car.ts';
import { cat } from './figures/cat.ts';
import { house } from './figures/house.ts';
import { lamp } from './figures/lamp.ts';
import { mug } from './figures/mug.ts';
import { mushroom } from './figures/mushroom.ts';
import { rocket } from './figures/rocket.ts';
import { tree } from './figures/tree.ts';
import { umbrella } from './figures/umbrella.ts';

/** The classes of the built-in pictures, in the order of their labels. */
export const figures: Readonly<Record<string, Figure>> = {
	boat,
	car,
	cat,
	house,
	lamp,
	mug,
	mushroom,
	rocket,
	tree,
	umbrella,
};
