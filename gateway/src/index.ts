export { createGateway, type GatewayParts } from './compose.js'
export { contradictions, type GatewayConfig, gatewaySettings } from './config.js'
export { GatewayError, type GatewayErrorCode, gatewayErrors } from './errors.js'
