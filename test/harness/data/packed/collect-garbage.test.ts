import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { collectGarbage } from '../../../../harness/data/packed/collect-garbage.ts';

test('what nothing refers to is gone', async t => {
	const held = { bytes: new Uint8Array(1000) };
	const [kept, dropped] = [new WeakRef(held), new WeakRef({ bytes: new Uint8Array(1000) })];
	// A weak reference holds its object until the current turn is over.
	await setImmediate();
	collectGarbage();
	t.is(dropped.deref(), undefined);
	t.is(kept.deref(), held);
});
