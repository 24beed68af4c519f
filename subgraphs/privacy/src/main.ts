import { createLogger, runService } from '@kilde/service'
import { createPrivacy } from './compose.js'
import { readPrivacyConfig } from './settings.js'

const logger = createLogger('privacy', process.env['KILDE_LOG_LEVEL'] || 'info')

await runService('privacy', logger, () => createPrivacy(readPrivacyConfig(process.env), { logger }))
