import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { AuditError, type AuditLog } from '@kilde/audit'
import { organizations, patients } from '@kilde/people'
import type { OrganizationParts, Page, PageQuestion, Source } from '../src/index.js'
import { startDatabase } from './kit/database.js'
import { catalogue, contextOf, holding, salt, startNode } from './kit/node.js'
import { bundle, bytes, weight } from './kit/observations.js'
import { audienceOf, personaClaims, systemClaims } from './kit/tokens.js'

const own = organizations.municipality.number
const identifier: string = patients.copd.identifier
const QUERY = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations { nodes { id valueText } sources { status dropped } complete } }
}`

type Fault = 'none' | 'audit' | 'source' | 'slow' | 'rows'

describe('access to an organisation’s data', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let node: Awaited<ReturnType<typeof startNode>>
  let fault: Fault = 'none'
  let reads = 0
  let follower = holding(catalogue())

  const wrapLog = (log: AuditLog): AuditLog => ({
    ...log,
    append: (record) =>
      fault === 'audit' ? Promise.reject(new AuditError('AUDIT_UNAVAILABLE')) : log.append(record),
  })
  const wrapSource: NonNullable<OrganizationParts['wrapSource']> = (source) => ({
    ...source,
    read: (question, signal) => faulty(source, question, signal),
    latest: async (question, signal) => {
      const latest = await source.latest(question, signal)
      if (fault !== 'rows') return latest
      const spoilt = latest.items.map((rows) =>
        rows.map((row) => ({ ...row, resource: 'no json' })),
      )
      return { ...latest, items: spoilt }
    },
    names: (question, signal) =>
      fault === 'source' ? Promise.reject(new Error('down')) : source.names(question, signal),
  })
  const faulty = async (
    source: Source,
    question: PageQuestion,
    signal: AbortSignal,
  ): Promise<Page> => {
    reads += 1
    if (fault === 'source') throw new Error(`connection to 10.0.0.7 lost for ${identifier}`)
    if (fault === 'slow')
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      )
    const page = await source.read(question, signal)
    if (fault !== 'rows') return page
    const bad = ['{"valueQuantity":{"value":"x"}}', 'no json', '{"valueInteger":3000000000}']
    const spoilt = page.rows.map((row, n) => ({ ...row, resource: bad[n] ?? row.resource }))
    return { ...page, rows: spoilt }
  }

  beforeAll(async () => {
    database = await startDatabase()
    const url = await database.createDatabase('access')
    node = await startNode({
      databases: [{ organization: 'municipality', url }],
      wrapLog,
      wrapSource,
      follower: { ...follower, current: () => follower.current() },
    })
    const rows = Array.from({ length: 5 }, (_, n) => weight({ identifier: [{ value: `w${n}` }] }))
    expect((await node.post('/fhir', systemClaims(own), bundle('batch', ...rows))).status).toBe(200)
  })
  afterAll(async () => {
    await node.stop()
    await database.stop()
  })

  const ask = (who: string | object, about = identifier, kilde = {}) =>
    node.ask(
      typeof who === 'string' ? personaClaims(who, own) : who,
      QUERY,
      { identifier: about },
      kilde,
    )
  const last = async () => (await node.records('municipality')).at(-1)
  const refusal = (code: string, reason?: string) => ({
    errors: [{ message: expect.any(String), extensions: { code, ...(reason && { reason }) } }],
  })

  describe('with permission', () => {
    it('puts who, whom, why and which rows on the record, and no content', async () => {
      const { status, body } = await ask('hospital-doctor')
      expect(status).toBe(200)
      const { nodes } = (
        body as { data: { patient: { observations: { nodes: { id: string }[] } } } }
      ).data.patient.observations
      expect(await last()).toEqual({
        at: expect.any(String),
        requestId: expect.any(String),
        event: 'PATIENT_DATA_READ',
        requester: {
          kind: 'professional',
          pid: '23867934111',
          name: 'Henrik Lungelege',
          clientId: 'kilde-gateway',
          hprNumber: '9990003',
          authorization: 'LE',
          organization: organizations.hospital.number,
          pointOfCare: organizations.hospital.pointOfCare,
          healthcareService: '130',
        },
        patient: `urn:oid:2.16.578.1.12.4.1.4.1|${identifier}`,
        purpose: 'TREAT',
        decisionRef: {
          id: 'decision-1',
          description: 'Poliklinisk kontroll',
          userSelected: false,
          attestedAt: expect.any(String),
        },
        legalBasis: 'helsepersonelloven § 45',
        classes: ['Observation'],
        fields: ['Observation.id', 'Observation.valueText'],
        items: nodes.map(({ id }) => id),
        rules: ['Observation/professionals'],
        outcome: 'SUCCESS',
      })
      expect(nodes).toHaveLength(5)
    })
    it('keeps of a patient whom it does not know only a keyed digest, and of who asked only the client and organisation', async () => {
      await ask('hospital-doctor', patients.none.identifier)
      const record = await last()
      expect(record).toEqual({
        event: 'PATIENT_DATA_READ',
        at: expect.any(String),
        requestId: expect.any(String),
        requester: {
          kind: 'system',
          clientId: 'kilde-gateway',
          organization: organizations.hospital.number,
        },
        patientDigest: expect.stringMatching(/^[\w-]{43}$/),
        purpose: 'TREAT',
        legalBasis: 'helsepersonelloven § 45',
        classes: ['Observation'],
        rules: ['Observation/professionals'],
        outcome: 'SUCCESS',
      })
    })
    it.each(['nurse', 'acute-doctor'])('answers %s', async (who) => {
      expect((await ask(who)).body).toMatchObject({
        data: { patient: { observations: { sources: [{ status: 'OK' }] } } },
      })
    })
    it('answers a patient about herself, and a parent about the child', async () => {
      expect((await ask('patient')).body).toMatchObject({
        data: { patient: { observations: { complete: true } } },
      })
      expect(await last()).toMatchObject({
        requester: { kind: 'citizen', pid: identifier },
        purpose: 'PATRQT',
        legalBasis: 'pasient- og brukerrettighetsloven § 5-1',
      })
      expect((await ask('parent', patients.child.identifier)).status).toBe(200)
    })
    it('writes one record for what a system sent about a patient', async () => {
      await node.post(
        '/fhir',
        systemClaims(own),
        bundle('batch', weight({ identifier: [{ value: 'w0' }] })),
      )
      expect(await last()).toMatchObject({
        event: 'PATIENT_DATA_WRITTEN',
        requester: { kind: 'system', clientId: `kilde-ingest-${own}`, organization: own },
        patient: `urn:oid:2.16.578.1.12.4.1.4.1|${identifier}`,
        items: [expect.stringMatching(`^${own}\\.`)],
      })
    })
    it('writes one record for a name, without it', async () => {
      const kari = {
        resourceType: 'Patient',
        identifier: [{ system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: identifier }],
        name: [{ text: 'Anders Annet' }],
      }
      await node.post('/fhir', systemClaims(own), bundle('batch', kari))
      expect(await last()).toMatchObject({
        event: 'PATIENT_DATA_WRITTEN',
        classes: ['Patient'],
        items: [],
      })
      expect(JSON.stringify(await node.records('municipality'))).not.toContain('Annet')
    })
  })

  describe('without permission', () => {
    it.each([
      ['a GP without agreement', 'gp', identifier, 'NO_AGREEMENT'],
      ['a secretary without HPR number', 'secretary', identifier, 'ROLE'],
      ['a log controller', 'log-controller', identifier, 'ROLE'],
      ['a patient about somebody else', 'patient', patients.youth.identifier, 'NOT_REPRESENTED'],
      ['a parent about somebody else', 'parent', identifier, 'NOT_REPRESENTED'],
    ])('refuses %s, reads nothing and records it', async (_name, who, about, reason) => {
      const before = reads
      const { status, body } = await ask(who, about)
      expect(status).toBe(403)
      expect(body).toEqual({
        errors: [
          {
            message: 'This organisation does not give access.',
            extensions: { code: 'POLICY_REFUSED', reason },
          },
        ],
      })
      expect(reads).toBe(before)
      expect(await last()).toMatchObject({
        event: 'PATIENT_DATA_REFUSED',
        outcome: 'REFUSED',
        code: reason,
        patientDigest: expect.any(String),
      })
    })
    it('refuses break-glass without a first step and a reason of the requester’s own', async () => {
      const claims = personaClaims('acute-doctor', own) as Record<
        string,
        { care_relationship: { purpose_of_use: object } }
      >
      const attest = structuredClone(claims['nhn:tillitsrammeverk:parameters'])
      if (attest)
        attest.care_relationship.purpose_of_use = {
          code: 'BTG',
          system: 'urn:oid:2.16.840.1.113883.1.11.20448',
        }
      const { status, body } = await ask({ ...claims, 'nhn:tillitsrammeverk:parameters': attest })
      expect([status, body]).toEqual([403, refusal('POLICY_REFUSED', 'BREAK_GLASS_INCOMPLETE')])
    })
    it('refuses others while the registry is out of reach, and answers its own', async () => {
      follower = holding(undefined)
      const { status, body } = await ask('hospital-doctor')
      expect([status, body]).toEqual([503, refusal('CATALOGUE_UNAVAILABLE')])
      expect(await last()).toMatchObject({
        event: 'PATIENT_DATA_REFUSED',
        outcome: 'FAILED',
        code: 'CATALOGUE_UNAVAILABLE',
      })
      expect((await ask('nurse')).status).toBe(200)
      follower = holding(catalogue())
    })
    it('records a question that is no good', async () => {
      const { status } = await node.ask(personaClaims('nurse', own), '{ nonsense }')
      expect(status).toBe(400)
      expect(await last()).toMatchObject({
        event: 'REQUEST_REFUSED',
        code: 'DOCUMENT_MALFORMED',
        requester: { pid: '04918825601' },
      })
    })
  })

  describe('without a good token or proof', () => {
    it('holds an attest to the first patient that it is used for, whatever the gateway did', async () => {
      const doctor = personaClaims('hospital-doctor', own)
      expect((await ask(doctor)).status).toBe(200)
      const { status, body } = await ask(doctor, patients.none.identifier)
      expect(status).toBe(403)
      expect(body).toEqual(refusal('ATTESTATION_BOUND_TO_OTHER_PATIENT'))
      expect(await last()).toMatchObject({
        event: 'PATIENT_DATA_REFUSED',
        outcome: 'REFUSED',
        code: 'ATTESTATION_BOUND_TO_OTHER_PATIENT',
        patientDigest: expect.any(String),
      })
      expect((await ask(doctor)).status).toBe(200)
    })
    it.each<[string, object, string, number]>([
      [
        'for another organisation',
        { aud: audienceOf(organizations.hospital.number) },
        'TOKEN_AUDIENCE',
        401,
      ],
      ['of another issuer', { iss: 'https://other.test' }, 'TOKEN_ISSUER', 401],
      ['that has expired', { exp: Math.floor(Date.now() / 1000) - 60 }, 'TOKEN_EXPIRED', 401],
      ['without the scope', { scope: ['kilde:organization/write'] }, 'TOKEN_SCOPE', 403],
      [
        'of level 3',
        { 'helseid://claims/identity/security_level': '3' },
        'SECURITY_LEVEL_TOO_LOW',
        401,
      ],
      ['without attest', { 'nhn:tillitsrammeverk:parameters': undefined }, 'ATTEST_MISSING', 403],
      [
        'of a system',
        { ...systemClaims(own), scope: ['kilde:organization/read'] },
        'USER_REQUIRED',
        403,
      ],
    ])('refuses a token %s', async (_name, change, code, status) => {
      const before = reads
      const claims =
        code === 'USER_REQUIRED' ? change : { ...personaClaims('nurse', own), ...change }
      const answer = await ask(claims)
      expect([answer.status, answer.body]).toEqual([status, refusal(code)])
      expect(reads).toBe(before)
    })
    it('records whose token it was where that is known', async () => {
      await ask({ ...personaClaims('nurse', own), scope: [] })
      expect(await last()).toMatchObject({
        event: 'REQUEST_REFUSED',
        code: 'TOKEN_SCOPE',
        requester: { kind: 'professional', pid: '04918825601' },
      })
    })
    it('refuses a proof without the digest of the body, or with that of another', async () => {
      const url = `${node.url}/graphql`
      const body = JSON.stringify({ query: QUERY, variables: { identifier } })
      const accessToken = node.issuer.token({ ...personaClaims('nurse', own) })
      for (const digested of [{}, { body: Buffer.from('{}') }]) {
        const dpop = node.issuer.proof.sign({ method: 'POST', url, accessToken, ...digested })
        const headers = {
          'content-type': 'application/json',
          authorization: `DPoP ${accessToken}`,
          dpop,
        }
        const response = await fetch(url, { method: 'POST', body, headers })
        expect([response.status, await response.json()]).toEqual([401, refusal('DPOP_BODY_DIGEST')])
        expect(response.headers.get('www-authenticate')).toContain('DPoP')
      }
    })
    it('refuses a proof that was used before, and one for another address', async () => {
      const url = `${node.url}/graphql`
      const claims = personaClaims('nurse', own)
      const kilde = contextOf(claims, QUERY, { identifier }, salt())
      const body = bytes({ query: QUERY, variables: { identifier }, extensions: { kilde } })
      const accessToken = node.issuer.token({ ...claims })
      const send = async (dpop: string) => {
        const headers = {
          'content-type': 'application/json',
          authorization: `DPoP ${accessToken}`,
          dpop,
        }
        return (await fetch(url, { method: 'POST', body, headers })).json()
      }
      const proof = node.issuer.proof.sign({ method: 'POST', url, accessToken, body })
      expect(await send(proof)).toHaveProperty('data')
      expect(await send(proof)).toEqual(refusal('DPOP_PROOF_REPLAYED'))
      const elsewhere = node.issuer.proof.sign({
        method: 'POST',
        url: `${node.url}/fhir`,
        accessToken,
        body,
      })
      expect(await send(elsewhere)).toEqual(refusal('DPOP_PROOF_URL'))
    })
    it('notes a stranger in the security log, and nowhere else', async () => {
      const before = (await node.records('municipality')).length
      const response = await fetch(`${node.url}/graphql`, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      })
      expect([response.status, await response.json()]).toEqual([401, refusal('TOKEN_MISSING')])
      expect(await node.records('municipality')).toHaveLength(before)
      const log = await readFile(join(node.directory, 'security', 'security.jsonl'), 'utf8')
      expect(log.trim().split('\n').at(-1)).toContain('"code":"TOKEN_MISSING"')
    })
  })

  describe('when a part fails', () => {
    const during = async <T>(kind: Fault, work: () => Promise<T>): Promise<T> => {
      fault = kind
      try {
        return await work()
      } finally {
        fault = 'none'
      }
    }
    it('gives no data that it cannot put on the record', async () => {
      const { status, body } = await during('audit', () => ask('nurse'))
      expect(status).toBe(503)
      expect(body).toEqual({
        errors: [
          {
            message: 'The access log cannot be written, so nothing was given out. Ask again later.',
            extensions: { code: 'AUDIT_UNAVAILABLE' },
          },
        ],
      })
    })
    it('gives not even a refusal that it cannot put on the record', async () => {
      const { status, body } = await during('audit', () => ask('gp'))
      expect([status, body]).toEqual([503, refusal('AUDIT_UNAVAILABLE')])
    })
    it('tells the sender of a Bundle that it was not recorded', async () => {
      const send = () =>
        node.post(
          '/fhir',
          systemClaims(own),
          bundle('batch', weight({ identifier: [{ value: 'w9' }] })),
        )
      expect(await during('audit', send)).toMatchObject({
        status: 503,
        body: { resourceType: 'OperationOutcome' },
      })
      expect(await send()).toMatchObject({
        status: 200,
        body: { entry: [{ response: { status: '200 OK' } }] },
      })
    })
    it('says that its source failed, and nothing of the fault', async () => {
      const { status, body } = await during('source', () => ask('nurse'))
      expect(status).toBe(503)
      expect(body).toEqual({
        errors: [
          {
            message: 'The organisation’s own source does not answer. Ask again later.',
            extensions: { code: 'SOURCE_FAILED' },
          },
        ],
      })
      expect(await last()).toMatchObject({
        event: 'PATIENT_DATA_REFUSED',
        outcome: 'FAILED',
        code: 'SOURCE_FAILED',
      })
    })
    it('gives up when the caller has no time left', async () => {
      const { status, body } = await during('slow', () =>
        ask('nurse', identifier, { deadlineMs: 50 }),
      )
      expect([status, body]).toEqual([503, refusal('SOURCE_FAILED')])
    })
    it('drops bad rows, counts them, and keeps the others', async () => {
      const { body } = await during('rows', () => ask('nurse'))
      const { nodes, sources, complete } = (
        body as { data: { patient: { observations: Record<string, unknown[]> } } }
      ).data.patient.observations
      expect(sources).toEqual([{ status: 'OK', dropped: 2 }])
      expect(complete).toBe(false)
      expect(nodes?.length).toBeGreaterThan(3)
      expect(await last()).toMatchObject({ outcome: 'PARTIAL' })
    })
    it('says of a newest row that is no good that there may be a newer one', async () => {
      const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
        latestObservations(codes: ["http://loinc.org|29463-7", "http://loinc.org|8867-4"]) {
          items { observation { id } complete newerMayExist } complete sources { status dropped }
        } } }`
      const { body } = await during('rows', () =>
        node.ask(personaClaims('nurse', own), query, { identifier }),
      )
      expect(body).toMatchObject({
        data: {
          patient: {
            latestObservations: {
              items: [
                { observation: null, complete: false, newerMayExist: true },
                { observation: null, complete: true, newerMayExist: false },
              ],
              complete: false,
              sources: [{ status: 'EMPTY', dropped: 1 }],
            },
          },
        },
      })
      expect(await last()).toMatchObject({ outcome: 'PARTIAL', items: [] })
    })
    it('gives nothing at all where one of several fields cannot be read', async () => {
      const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
        latestObservations(codes: ["http://loinc.org|29463-7"]) { complete } name { complete } } }`
      const { status, body } = await during('source', () =>
        node.ask(personaClaims('nurse', own), query, { identifier }),
      )
      expect([status, body]).toEqual([503, refusal('SOURCE_FAILED')])
      expect(await last()).toMatchObject({ classes: ['Observation', 'Patient'], outcome: 'FAILED' })
    })
    it('drops a row whose value the contract’s types refuse', async () => {
      const query = QUERY.replace('valueText', 'valueInteger')
      const { body } = await during('rows', () =>
        node.ask(personaClaims('nurse', own), query, { identifier }),
      )
      expect(body).toMatchObject({
        data: { patient: { observations: { sources: [{ status: 'OK', dropped: 3 }] } } },
      })
    })
  })
})
