import type { Logger } from '../logger.js'
import { isTelemetryOn, type TelemetryConfig } from './settings.js'
import { noTelemetry, type Telemetry } from './telemetry.js'

/** The SDK is loaded only where something is told: a service without telemetry has none of it in memory. */
export async function openTelemetry(
  service: string,
  config: TelemetryConfig,
  logger: Logger,
): Promise<Telemetry> {
  if (!isTelemetryOn(config)) return noTelemetry
  const { startTelemetry } = await import('./sdk.js')
  return startTelemetry(service, config, logger)
}
