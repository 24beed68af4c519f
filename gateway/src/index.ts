export { createGateway, type GatewayParts } from './compose.js'
export { contradictions, type GatewayConfig, gatewaySettings } from './config.js'
export { createEngine, type Engine, type EngineParts } from './engine.js'
export { GatewayError, type GatewayErrorCode, gatewayErrors } from './errors.js'
export { documentLimits, limitSettings } from './limit-settings.js'
export type { DocumentLimits } from './limits.js'
export { type ByFilterParts, createByFilter, type HeldFilters } from './locate/by-filter.js'
export { type AskAvailability, createByProbe } from './locate/by-probe.js'
export { createFilterFollower, type FilterFollower } from './locate/filter-follower.js'
export { agreementSet, type Locator } from './locate/locator.js'
export { processMemory } from './memory/index.js'
export { createPlan } from './path/plan.js'
export { type QuestionSize, questionSize } from './question-size.js'
export { operationId } from './registered-operations.js'
export { type GatewayStart, readGatewayConfig, startGateway } from './start.js'
export { type AskSource, createAskSource } from './transport/ask-source.js'
export {
  createSourceClient,
  type SourceClient,
  type SourceRequest,
  type SourceResponse,
} from './transport/source-client.js'
