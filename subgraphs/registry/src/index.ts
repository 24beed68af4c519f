export { createRegistry, type RegistryParts } from './compose.js'
export { RegistryError, registryErrors } from './errors.js'
export { type RegistryConfig, registrySettings } from './settings.js'
