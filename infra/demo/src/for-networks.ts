/** For networks that are started otherwise than as processes of this machine. */
export { writeDemoFile } from './demo-file.js'
export {
  databaseOf,
  type Environment,
  gatewayEnvironment,
  identityEnvironment,
  listenerOf,
  nodeEnvironment,
  operatorDatabase,
  type Plan,
  privacyEnvironment,
  registryEnvironment,
} from './environments.js'
export { fill } from './fill.js'
export { catalogueOf, reach } from './network.js'
export { type Listener, listeners, type Ports } from './ports.js'
export { createSecrets, type Secrets } from './secrets.js'
