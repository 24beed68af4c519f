export { type Authority, createAuthority, type Pair } from './certificates.js'
export { type ContainersPlan, createPlan } from './plan.js'
export { settingsOf } from './settings-of.js'
export { writeNetwork } from './write-network.js'
