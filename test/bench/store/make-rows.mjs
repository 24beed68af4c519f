// A thread of fill.ts: reads TypeScript as run.mjs does.
import { register } from 'node:module'

register('../../simulation/typescript-hooks.mjs', import.meta.url)
await import('./make-rows.ts')
