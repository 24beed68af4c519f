import {
  type AddressRules,
  AgreementInput,
  checkAddresses,
  MembershipInput,
  OrganizationInput,
  parseStateInput,
  registryPaths,
} from '@kilde/catalogue'
import type { Access, Followers } from '@kilde/feed'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as changes from '../data/changes.js'
import type { Register } from '../data/register.js'
import { RegistryError } from '../errors.js'

import { readBody, readJson } from './json-body.js'

export interface AdminOptions {
  readonly register: Register
  readonly followers: Followers
  readonly access: Access
  readonly ackWaitMs: number
  readonly maxStateBytes: number
  /** Where nodes may be. */
  readonly addresses: AddressRules
}

/** Administration over REST. Numbers in these addresses are those of organisations, never of persons. */
export function addAdmin(app: FastifyInstance, options: AdminOptions): void {
  const { register, followers, access, ackWaitMs, addresses } = options
  const bodyLimit = options.maxStateBytes
  const path = {
    organization: registryPaths.organization(':key'),
    agreement: registryPaths.agreement(':key'),
    membership: registryPaths.membership(':key'),
  }

  /** A handler that makes a change out of a request, and answers when the followers go by it. */
  const changing =
    (change: (request: FastifyRequest) => changes.Change) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const caller = await access(request, reply)
      const { state, changed, ended } = await register.apply(change(request), caller.clientId)
      const reached = await followers.reached(state.version, ackWaitMs)
      const answer = { version: state.version, changed, ...reached, ...(ended && { ended }) }
      return reply.code(reached.missing.length > 0 ? 202 : 200).send(answer)
    }

  app.get(registryPaths.adminState, async (request, reply) => {
    await access(request, reply)
    return { state: register.current(), followers: followers.list() }
  })
  app.put(
    registryPaths.adminState,
    { bodyLimit },
    changing((request) => {
      const state = parseStateInput(readJson(request))
      checkAddresses(state.organizations, addresses)
      return changes.importState(state)
    }),
  )
  app.put(
    path.organization,
    changing((request) => {
      const entry = readBody(OrganizationInput, request)
      checkAddresses([entry], addresses)
      return changes.putOrganization(requireSameKey(entry, entry.number, request))
    }),
  )
  app.delete(
    path.organization,
    changing((request) => changes.removeOrganization(keyOf(request))),
  )
  for (const turn of changes.turnNames) {
    app.post(
      `${path.organization}/${turn}`,
      changing((request) => changes.turnOrganization(keyOf(request), turn)),
    )
  }
  app.put(
    path.agreement,
    changing((request) => {
      const agreement = readBody(AgreementInput, request)
      return changes.putAgreement(requireSameKey(agreement, agreement.id, request))
    }),
  )
  app.delete(
    path.agreement,
    changing((request) => changes.removeAgreement(keyOf(request))),
  )
  app.put(
    path.membership,
    changing((request) => {
      const membership = readBody(MembershipInput, request)
      return changes.putMembership(requireSameKey(membership, membership.organization, request))
    }),
  )
  app.delete(
    path.membership,
    changing((request) => changes.removeMembership(keyOf(request))),
  )
}

function keyOf(request: FastifyRequest): string {
  const { key } = request.params as { readonly key: string }
  // An address is anyone's text: what is no number or id is not repeated in errors and logs.
  if (/^[A-Za-z0-9._-]{1,64}$/.test(key) && !/\d{11}/.test(key)) return key
  throw new RegistryError('REGISTRY_INPUT', { text: 'The address holds no number or id.' })
}

function requireSameKey<T>(entry: T, key: string, request: FastifyRequest): T {
  if (keyOf(request) === key) return entry
  throw new RegistryError('REGISTRY_INPUT', { text: 'Address and body name different entries.' })
}
