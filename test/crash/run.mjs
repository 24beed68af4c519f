// npm run test:crash: see main.ts. Needs no build, but `--conditions=@kilde/source`: packages are then read from their src.
import { register } from 'node:module'

register('../simulation/typescript-hooks.mjs', import.meta.url)
const [command, directory] = process.argv.slice(2)
if (command === 'serve') {
  const { serve } = await import('./serve.ts')
  await serve(directory)
} else await import('./main.ts')
