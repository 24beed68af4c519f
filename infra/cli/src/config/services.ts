import type { ConfigSpec } from '@kilde/service'

export type Environment = Readonly<Record<string, string | undefined>>

/** How a service reads its settings. */
export interface ServiceSettings {
  readonly settings: ConfigSpec
  /** @throws ConfigurationError */
  readonly read: (env: Environment) => unknown
}

/** Each service's own reader, loaded when it is asked for: what is checked is what the service would do. */
export const services = {
  gateway: async () => {
    const { gatewaySettings, readGatewayConfig } = await import('@kilde/gateway')
    return { settings: gatewaySettings, read: readGatewayConfig }
  },
  organization: async () => {
    const { organizationSettings, readOrganizationConfig } = await import('@kilde/organization')
    return { settings: organizationSettings, read: readOrganizationConfig }
  },
  registry: async () => {
    const { readRegistryConfig, registrySettings } = await import('@kilde/registry')
    return { settings: registrySettings, read: readRegistryConfig }
  },
  privacy: async () => {
    const { privacySettings, readPrivacyConfig } = await import('@kilde/privacy-service')
    return { settings: privacySettings, read: readPrivacyConfig }
  },
} as const satisfies Readonly<Record<string, () => Promise<ServiceSettings>>>

export type ServiceName = keyof typeof services

export const serviceNames = Object.keys(services) as ServiceName[]
export const isServiceName = (text: string): text is ServiceName => Object.hasOwn(services, text)
