// Lets Node run this project's `.ts` files and those of a user's methods directly, the same way on Node 20, 22 and 24 and also inside
// node_modules, where Node's own type stripping refuses to work. Types are replaced by spaces, so line and
// column numbers, and with them stack traces and coverage, stay exact.
import module from 'node:module';
import { loadSync, resolveSync } from './typescript-hook.js';

const marker = Symbol.for('fewer-labels.typescript-hook');
if (!globalThis[marker]) {
	globalThis[marker] = true;
	if (module.registerHooks) module.registerHooks({ load: loadSync, resolve: resolveSync });
	else module.register('./typescript-hook.js', import.meta.url);
}
