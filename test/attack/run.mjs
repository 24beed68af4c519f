// npm run test:attack: see main.ts, and secrecy.ts for `--secrecy`. Packages are read from their src, by
// `--conditions=@kilde/source`.
import { register } from 'node:module'

register('../simulation/typescript-hooks.mjs', import.meta.url)
if (process.argv.includes('--secrecy')) await import('./secrecy.ts')
else await import('./main.ts')
