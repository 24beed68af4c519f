import { type Call, readAnswer } from '@kilde/feed'
import type { TokenClient } from '@kilde/trust'
import { Agent } from 'undici'
import type { z } from 'zod'
import { ChangeAnswer, RegistryOverview, registryPaths, registryScopes } from './protocol.js'
import { createRegistryCaller, registryFaults } from './registry-caller.js'
import type { Agreement, CatalogueContent, Membership, OrganizationEntry } from './state.js'

export interface RegistryAdminOptions {
  /** Base URL of the registry. */
  readonly registryUrl: string
  /** A client that may have the scope `kilde:registry/admin`. */
  readonly tokens: TokenClient
  readonly now?: () => number
  /** Longest wait for one answer (milliseconds); the registry itself waits for its followers. Default 30 000 (30 seconds). */
  readonly timeoutMs?: number
}

/**
 * Changes the registry. Each change returns after every connected follower goes by it, or names those that do not
 * (`missing`); asking for the same again waits for them again.
 * @throws CatalogueError `REGISTRY_REFUSED` with the registry's own text, or `REGISTRY_UNREACHABLE`
 */
export interface RegistryAdmin {
  overview(): Promise<RegistryOverview>
  /** Adds or replaces. */
  putOrganization(entry: OrganizationEntry): Promise<ChangeAnswer>
  /** It is not asked anything new; what is under way ends. */
  drain(number: string): Promise<ChangeAnswer>
  pause(number: string): Promise<ChangeAnswer>
  activate(number: string): Promise<ChangeAnswer>
  /** Ends its sub-units, agreements and membership with it. */
  removeOrganization(number: string): Promise<ChangeAnswer>
  putAgreement(agreement: Agreement): Promise<ChangeAnswer>
  removeAgreement(id: string): Promise<ChangeAnswer>
  putMembership(membership: Membership): Promise<ChangeAnswer>
  removeMembership(number: string): Promise<ChangeAnswer>
  /** Replaces everything. A `version`, where given, is the least that the next version may be. */
  importState(
    state: CatalogueContent & { readonly version?: number | undefined },
  ): Promise<ChangeAnswer>
  close(): Promise<void>
}

const MOST_BYTES = 64 * 1024 * 1024

export function createRegistryAdmin(options: RegistryAdminOptions): RegistryAdmin {
  const { registryUrl, tokens, now = Date.now, timeoutMs = 30_000 } = options
  const dispatcher = new Agent({ connect: { timeout: 5_000 } })
  const scope = registryScopes.admin
  const registry = createRegistryCaller({ registryUrl, tokens, scope, dispatcher, now })
  async function ask<T>(shape: z.ZodType<T>, call: Omit<Call, 'signal'>): Promise<T> {
    const signal = AbortSignal.timeout(timeoutMs)
    return readAnswer(shape, await registry.call({ ...call, signal }), MOST_BYTES, registryFaults)
  }
  const put = (path: string, body: unknown) => ask(ChangeAnswer, { method: 'PUT', path, body })
  const remove = (path: string) => ask(ChangeAnswer, { method: 'DELETE', path })
  const turn = (number: string, to: string) =>
    ask(ChangeAnswer, { method: 'POST', path: `${registryPaths.organization(number)}/${to}` })
  return {
    overview: () => ask(RegistryOverview, { method: 'GET', path: registryPaths.adminState }),
    putOrganization: (entry) => put(registryPaths.organization(entry.number), entry),
    drain: (number) => turn(number, 'drain'),
    pause: (number) => turn(number, 'pause'),
    activate: (number) => turn(number, 'activate'),
    removeOrganization: (number) => remove(registryPaths.organization(number)),
    putAgreement: (agreement) => put(registryPaths.agreement(agreement.id), agreement),
    removeAgreement: (id) => remove(registryPaths.agreement(id)),
    putMembership: (row) => put(registryPaths.membership(row.organization), row),
    removeMembership: (number) => remove(registryPaths.membership(number)),
    importState: (state) => put(registryPaths.adminState, state),
    close: () => dispatcher.destroy(),
  }
}
