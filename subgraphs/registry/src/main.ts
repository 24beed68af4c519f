import { createLogger, readConfig, runService } from '@kilde/service'
import { createRegistry } from './compose.js'
import { registrySettings } from './settings.js'

const logger = createLogger('registry', process.env['KILDE_LOG_LEVEL'] || 'info')

await runService('registry', logger, () =>
  createRegistry(readConfig(registrySettings, process.env)),
)
