import { createLogger, runService } from '@kilde/service'
import { createRegistry } from './compose.js'
import { readRegistryConfig } from './settings.js'

const logger = createLogger('registry', process.env['KILDE_LOG_LEVEL'] || 'info')

await runService('registry', logger, () => createRegistry(readRegistryConfig(process.env)))
