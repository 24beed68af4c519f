export { createRegistry, type RegistryParts } from './compose.js'
export { RegistryError, registryErrors } from './errors.js'
export { type RegistryConfig, readRegistryConfig, registrySettings } from './settings.js'
