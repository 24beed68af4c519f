import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { demoAlerts, demoPlans } from '@kilde/demo'
import { patients } from '@kilde/people'
import type { CarePlan, DetectedIssue, FhirResource, Observation } from 'fhir/r4.js'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { hospital, municipality } from './ask.js'

const until = new Date('2026-03-15T10:00:00+01:00')
const { identifier } = patients.copd
const saturation = 'http://loinc.org|59408-5'
const measured = {
  system: `https://kilde.example/namingsystem/${hospital.number}/observation`,
  value: 'metning-1',
}
const zones =
  'http://hl7.no/fhir/ig/planer-hacking/CodeSystem/planer-hacking-observation-severity-zone-cs'

const ZONES = `query ($identifier: PatientIdentifier!, $codes: [Code!]!) {
  patient(identifier: $identifier) {
    overview(codes: $codes) {
      zones {
        items { code row says reason within { version title source { number name } } told { at says within } }
        complete
        sources { organization { number } status }
      }
      latest { items { observation { id } } }
      missing { part organization { number } }
    }
  }
}`

interface Answer {
  readonly zones: {
    readonly items: readonly object[]
    readonly complete: boolean
    readonly sources: readonly object[]
  }
  readonly latest: { readonly items: readonly { readonly observation: { readonly id: string } }[] }
  readonly missing: readonly object[]
}

/** The measurement at one organisation, the plan and the alert over it at another: as it is where a municipality follows up. */
let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital'],
    signed: ['hospital'],
  })
  for (const { organization, bundle } of demoPlans(until)) {
    if (organization === 'municipality') await network.loaderTo(organization).load(bundle)
  }
  await send('hospital', observation())
}, 120_000)
afterAll(() => network.stop(), 60_000)

const send = async (key: 'municipality' | 'hospital', resource: FhirResource): Promise<void> => {
  await network.loaderTo(key).load({ resourceType: 'Bundle', type: 'batch', entry: [{ resource }] })
}

async function ask(persona = 'nurse'): Promise<Answer> {
  const answer = await network.ask(persona, ZONES, { identifier, codes: [saturation] })
  return dataOf<{ patient: { overview: Answer } }>(answer).patient.overview
}

describe('the zone of a newest measurement', () => {
  it('is not told where nobody has said it, and is no green one', async () => {
    const { zones: told, latest } = await ask()
    expect(told.items).toEqual([
      {
        ...{ code: saturation, row: latest.items[0]?.observation.id, says: null, within: null },
        ...{ reason: 'NOT_TOLD', told: [] },
      },
    ])
    expect(told.complete).toBe(true)
    expect(told.sources).toHaveLength(2)
  })

  it('is what an alert over it says, with the plan in force that the alert names', async () => {
    await send('municipality', alert({ versionId: '1' }))
    const { items } = (await ask()).zones
    expect(items).toMatchObject([
      {
        ...{ says: 'RED', reason: null, told: [{ says: 'RED', within: [expect.any(String)] }] },
        within: { source: { number: municipality.number, name: municipality.name } },
      },
    ])
  })

  it('is nobody’s where two self-treatment plans are in force: somebody must decide', async () => {
    const other = demoPlans(until).find(({ organization }) => organization === 'hospital')
    if (!other) throw new Error('no plan')
    await network.loaderTo('hospital').load(other.bundle)
    const { items } = (await ask()).zones
    expect(items).toMatchObject([
      { says: null, within: null, reason: 'PLANS_IN_CONFLICT', told: [{ says: 'RED' }] },
    ])
    for (const { resource } of other.bundle.entry ?? []) {
      if (isPlan(resource)) await send('hospital', ended(resource))
    }
    expect((await ask()).zones.items).toMatchObject([{ says: 'RED' }])
  })

  it('is none any more where the alert is withdrawn', async () => {
    await send('municipality', alert({ versionId: '2', status: 'entered-in-error' }))
    expect((await ask()).zones.items).toMatchObject([{ says: null, reason: 'NOT_TOLD' }])
  })

  it('is told to nobody who may not see what it is made of', async () => {
    const { zones: told, missing } = await ask('secretary')
    expect(told).toMatchObject({ items: [{ says: null, told: [] }], complete: false })
    expect(missing).toEqual(
      expect.arrayContaining([{ part: 'zones', organization: { number: hospital.number } }]),
    )
  })
})

const isPlan = (resource: { readonly resourceType: string } | undefined): resource is CarePlan =>
  resource?.resourceType === 'CarePlan'

const isIssue = (
  resource: { readonly resourceType: string } | undefined,
): resource is DetectedIssue => resource?.resourceType === 'DetectedIssue'

const ended = (plan: CarePlan): CarePlan => ({
  ...plan,
  status: 'revoked',
  meta: { ...plan.meta, versionId: String(Number(plan.meta?.versionId ?? 1) + 1) },
})

const subject = {
  type: 'Patient',
  identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: identifier },
}

const observation = (): Observation => ({
  resourceType: 'Observation',
  id: 'metning-1',
  meta: { versionId: '1' },
  identifier: [measured],
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '59408-5' }] },
  subject,
  performer: [
    {
      type: 'Organization',
      identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.101', value: hospital.number },
    },
  ],
  effectiveDateTime: '2026-03-15T07:30:00+01:00',
  valueQuantity: { value: 84, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
})

/** The demo's alert over a plan's red zone, over the measurement as well. */
function alert({
  versionId,
  status = 'final',
}: {
  readonly versionId: string
  readonly status?: DetectedIssue['status']
}): DetectedIssue {
  const resources = demoAlerts(until).flatMap(({ bundle }) =>
    (bundle.entry ?? []).map(({ resource }) => resource),
  )
  const issue = resources.find(isIssue)
  if (!issue) throw new Error('no alert')
  const coding = [{ system: zones, code: 'red' }]
  const detail = [{ type: 'Observation', identifier: measured }]
  return {
    ...issue,
    status,
    meta: { ...issue.meta, versionId },
    evidence: [{ code: [{ coding }], detail }],
  }
}
