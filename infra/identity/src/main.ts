import { createLogger, readConfig, runService, tlsProblems } from '@kilde/service'
import { identitySettings } from './settings.js'

// The library warns on loading that it wants Node 22. What is used of it here is tested on Node 20.
const { warn } = console
console.warn = () => {}
const { createIdentity } = await import('./compose.js')
console.warn = warn

const logger = createLogger('identity', process.env['KILDE_LOG_LEVEL'] || 'info')

await runService('identity', logger, async () => {
  const identity = await createIdentity(readConfig(identitySettings, process.env, tlsProblems), {
    logger,
  })
  process.on('SIGHUP', () => {
    identity.rotateKeys().catch((error: unknown) => {
      logger.error({ error: String(error) }, 'signing key not replaced')
    })
  })
  return identity
})
