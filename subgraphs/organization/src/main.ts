import { createLogger, runService } from '@kilde/service'
import { createOrganization } from './compose.js'
import { readOrganizationConfig } from './config.js'

const logger = createLogger('organization', process.env['KILDE_LOG_LEVEL'] || 'info')

await runService('organization', logger, () =>
  createOrganization(readOrganizationConfig(process.env), { logger }),
)
