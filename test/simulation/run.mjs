// npm run test:faults: see main.ts. Needs no build, but `--conditions=@kilde/source`: packages are then read from their src.
import { register } from 'node:module'

register('./typescript-hooks.mjs', import.meta.url)
const [command, first, count] = process.argv.slice(2)
if (command === 'slice') {
  const { runSlice } = await import('./slices.ts')
  process.send(await runSlice(Number(first), Number(count)), () => process.disconnect())
} else await import('./main.ts')
