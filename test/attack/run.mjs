// npm run test:attack: see main.ts. Packages are read from their src, by `--conditions=@kilde/source`.
import { register } from 'node:module'

register('../simulation/typescript-hooks.mjs', import.meta.url)
await import('./main.ts')
