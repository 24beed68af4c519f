export { createPrivacy, type PrivacyParts } from './compose.js'
export { PrivacyError, privacyErrors } from './errors.js'
export { type PrivacyConfig, privacySettings, readPrivacyConfig } from './settings.js'
