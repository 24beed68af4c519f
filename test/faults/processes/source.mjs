// A source as a process of its own: see source-process.ts.
import { register } from 'node:module'

register('../../simulation/typescript-hooks.mjs', import.meta.url)
await import('./source-process.ts')
