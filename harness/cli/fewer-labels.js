#!/usr/bin/env node
// The one file that Node starts without help: it switches on TypeScript, then hands over.
import '../runtime/register-typescript.js';

const { main } = await import('./main.ts');
await main(process.argv);
