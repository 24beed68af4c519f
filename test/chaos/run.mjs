// npm run chaos: see main.ts. Its services are processes of what `npm run build` made; the rest is read from its src.
import { register } from 'node:module'

register('../simulation/typescript-hooks.mjs', import.meta.url)
await import('./main.ts')
