import test from 'ava';
import { drawTexture, plainTexture, textureAt } from '../../../../harness/data/shapes/texture.ts';
import { createStream } from '../../../../harness/tensor/random.ts';

test('every texture stays within its strength, and all but the plain one vary', t => {
	const stream = createStream(1, 'textures');
	const kinds = new Set<string>();
	for (let draw = 0; draw < 200; draw++) {
		const texture = drawTexture(stream, 0.8);
		kinds.add(texture.kind);
		let least = 1;
		let most = 0;
		for (let point = 0; point < 400; point++) {
			const value = textureAt(texture, (point % 20) / 20, Math.floor(point / 20) / 20);
			least = Math.min(least, value);
			most = Math.max(most, value);
		}
		t.true(least >= 0 && most <= texture.strength && texture.strength <= 0.8);
		t.is(most > least, texture.kind !== 'plain', texture.kind);
	}
	t.deepEqual([...kinds].sort(), ['blotches', 'checks', 'dots', 'plain', 'slope', 'stripes']);
});

test('the plain texture changes nothing', t => {
	t.is(textureAt(plainTexture, 0.3, 0.7), 0);
});

test('blotches run smoothly through the values of their lattice', t => {
	const lattice = Array.from({ length: 64 }, (_, knot) => (knot % 8) / 8);
	const texture = { kind: 'blotches', alongX: 1, alongY: 0, phase: 0, strength: 1, lattice } as const;
	t.is(textureAt(texture, 3, 0), 3 / 8);
	t.is(textureAt(texture, 3.5, 0), 3.5 / 8);
	t.true(textureAt(texture, 3.1, 0) - 3 / 8 < 0.1 / 8);
});
