// npm run test:crash: see main.ts; with a word before its options another measurement of the access log. Needs no build, but
// `--conditions=@kilde/source`: packages are then read from their src.
import { register } from 'node:module'

register('../simulation/typescript-hooks.mjs', import.meta.url)
const [command, directory] = process.argv.slice(2)
switch (command) {
  case 'serve': {
    const { serve } = await import('./serve.ts')
    await serve(directory)
    break
  }
  case 'recovery':
    await import('./recovery.ts')
    break
  case 'tampering':
    await import('./tampering.ts')
    break
  case 'access-log':
    await import('./access-log.ts')
    break
  default:
    await import('./main.ts')
}
