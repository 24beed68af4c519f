import { createLogger, readConfig, runService } from '@kilde/service'
import { createGateway } from './compose.js'
import { contradictions, gatewaySettings } from './config.js'

const level = process.env['KILDE_LOG_LEVEL'] || 'info'
const logger = createLogger('gateway', level)

await runService('gateway', logger, () => {
  const config = readConfig(gatewaySettings, process.env, contradictions)
  return createGateway(config, { logger })
})
