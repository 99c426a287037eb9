import test from 'ava';
import { defaultRecipeName, findRecipe, recipes } from '../../../../harness/data/preparation/recipes.ts';
import { isRandomCrop } from '../../../../harness/data/preparation/window.ts';
import { UsageError } from '../../../../harness/errors.ts';

test('the default recipe is that of the authors', t => {
	const { train, test: held, resize } = findRecipe(defaultRecipeName);
	t.deepEqual([train, held, resize], ['distorted', 'centre', 'bilinear-legacy']);
	t.is(recipes[0].name, defaultRecipeName);
});

test('names are unique, and held-out pictures are never cut at random', t => {
	t.is(new Set(recipes.map(({ name }) => name)).size, recipes.length);
	for (const recipe of recipes) t.false(isRandomCrop(recipe.test), recipe.name);
});

test('an unknown recipe is refused with those there are', t => {
	const error = t.throws(() => findRecipe('center'), {
		instanceOf: UsageError,
		message: 'recipe: expected one of the names below, got "center"',
	});
	t.true((error as UsageError).fix?.includes('centre (the centre square everywhere, TensorFlow 1 resize)'));
});
