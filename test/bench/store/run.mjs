// npm run bench:store: see main.ts. Needs no build, but `--conditions=@kilde/source`: packages are then read from their src.
import { register } from 'node:module'

register('../../simulation/typescript-hooks.mjs', import.meta.url)
await import('./main.ts')
