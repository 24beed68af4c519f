import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations, patients, personas } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { nodeQuestion } from '../../kit/node-question.js'
import { statusesOf, tryObservations } from '../../kit/observations.js'
import { questionsToSources } from '../../kit/sources.js'
import { type Registers, type Said, startRegisters } from './registers.js'

const { hospital, municipality, gp } = organizations
const keys = ['municipality', 'hospital', 'gp'] as const
const patient = patients.copd
const LONG_AGO = '2010-01-01T00:00:00+01:00'

const personOf = (key: string) => {
  const found = personas.find((one) => one.key === key)
  if (!found) throw new RangeError(key)
  return found
}

const unauthorised = 'AUTHORIZATION_NOT_REGISTERED'
const noOrganization = 'ORGANIZATION_NOT_REGISTERED'

/** Each of somebody else: what a register said is remembered for a while. */
const cases: readonly (readonly [what: string, persona: string, code: string])[] = [
  ['an authorisation that the register does not know', 'acute-doctor', unauthorised],
  ['an authorisation that was revoked', 'nurse', unauthorised],
  ['a point of care of another organisation', 'hospital-doctor', noOrganization],
  ['an organisation that the register does not know', 'gp', noOrganization],
]

/** What is wrong with each of them. The rest of the registers is as it is. */
const wrong: Said = {
  [`hpr/${personOf('acute-doctor').hprNumber}`]: undefined,
  [`hpr/${personOf('nurse').hprNumber}`]: {
    pid: personOf('nurse').pid,
    authorizations: [{ code: 'SP', validFrom: LONG_AGO, validTo: '2026-01-01T00:00:00+01:00' }],
  },
  [`organizations/${hospital.pointOfCare}`]: { parent: municipality.number },
  [`organizations/${gp.number}`]: undefined,
}

interface Refused {
  readonly status: number
  readonly code: string | undefined
}

/** A network some of whose services look into registers that are wrong; all others into the network's own. */
async function startWith(
  services: readonly string[],
): Promise<{ readonly network: WatchedNetwork; readonly registers: Registers }> {
  const registers = await startRegisters(wrong)
  const settings = Object.fromEntries(
    services.map((name) => [name, { KILDE_BASE_DATA_URL: registers.url }]),
  )
  const network = await startNetwork({
    organizations: keys,
    data: { patient, organizations: ['municipality', 'hospital'], rows: 4, until: new Date() },
    settings,
  }).catch(async (error: unknown) => {
    await registers.stop()
    throw error
  })
  registers.follow(`${network.issuer}/base-data`)
  return { network, registers }
}

describe('an attest that the registers contradict', () => {
  describe('at the gateway', () => {
    let world: Awaited<ReturnType<typeof startWith>>
    beforeAll(async () => {
      world = await startWith(['gateway'])
    }, 120_000)
    afterAll(async () => {
      await world?.network.stop()
      await world?.registers.stop()
    }, 60_000)

    it.each(cases)('is refused for %s, and nobody is asked', async (_, persona, code) => {
      const { network } = world
      const before = questionsToSources(network)
      const { status, body } = await tryObservations(network, persona, { patient, rows: 'id' })
      expect([status, body.errors?.[0]?.extensions?.code]).toEqual([403, code])
      expect(body.data ?? null).toBeNull()
      expect(questionsToSources(network)).toBe(before)
    })

    it('is none of a patient, who has no attest', async () => {
      const answer = await tryObservations(world.network, 'patient', { patient, rows: 'id' })
      expect(answer.status).toBe(200)
      expect(answer.body.errors).toBeUndefined()
    })
  })

  describe('at the organisations, of a gateway that does not see it', () => {
    let world: Awaited<ReturnType<typeof startWith>>
    beforeAll(async () => {
      world = await startWith(keys)
    }, 120_000)
    afterAll(async () => {
      await world?.network.stop()
      await world?.registers.stop()
    }, 60_000)

    it.each(cases)('is refused for %s by each of them, with the reason', async (_, persona) => {
      const { network } = world
      const { body } = await tryObservations(network, persona, { patient, rows: 'id' })
      const { observations } = (
        body.data as { patient: { observations: Parameters<typeof statusesOf>[0] } }
      ).patient
      const refused = 'REFUSED ATTEST'
      expect(statusesOf(observations)).toEqual({
        municipality: refused,
        hospital: refused,
        gp: refused,
      })
      expect(observations).toMatchObject({ nodes: [], complete: false })
    })

    it.each(cases)('is refused for %s where it is asked itself', async (_, persona, code) => {
      expect(await askNode(world.network, persona)).toEqual({ status: 403, code })
    })
  })
})

/** A question to the municipality's node with a token that the gateway exchanged for this person. */
async function askNode(network: WatchedNetwork, persona: string): Promise<Refused> {
  const url = `${network.endpoints.municipality}/graphql`
  const { token } = await network.signIn(persona)
  const gateway = network.tokensOf('kilde-gateway')
  const exchanged = await gateway.exchange({
    audience: `kilde:organization:${municipality.number}`,
    scope: 'kilde:organization/read',
    subjectToken: token.value,
  })
  const query =
    'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations { nodes { id } } } }'
  const variables = { identifier: `urn:oid:2.16.578.1.12.4.1.4.1|${patient.identifier}` }
  const body = Buffer.from(nodeQuestion({ token: token.value, query, variables }))
  const accessToken = exchanged.value
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      authorization: `DPoP ${accessToken}`,
      dpop: gateway.proof.sign({ method: 'POST', url, accessToken, body }),
    },
  })
  const { errors } = (await response.json()) as {
    readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[]
  }
  return { status: response.status, code: errors?.[0]?.extensions?.code }
}
