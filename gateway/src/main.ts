import { createLogger, overwritesFreed, runService } from '@kilde/service'
import { processMemory } from './memory/index.js'
import { startGateway } from './start.js'

const level = process.env['KILDE_LOG_LEVEL'] || 'info'
const logger = createLogger('gateway', level)

if (process.platform === 'linux' && !overwritesFreed(process.env)) {
  logger.warn(
    { setting: 'GLIBC_TUNABLES' },
    'memory that is given back is not overwritten: see docs/decisions/0014',
  )
}
await runService('gateway', logger, () =>
  startGateway(process.env, { logger, memory: processMemory }),
)
