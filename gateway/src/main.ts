import { createLogger, runService } from '@kilde/service'
import { startGateway } from './start.js'

const level = process.env['KILDE_LOG_LEVEL'] || 'info'
const logger = createLogger('gateway', level)

await runService('gateway', logger, () => startGateway(process.env, { logger }))
