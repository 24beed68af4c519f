import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoQuestionnaires } from '@kilde/demo'
import { organizations, patients } from '@kilde/people'
import type { Bundle, FhirResource, QuestionnaireResponse } from 'fhir/r4.js'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from '../privacy/settings.js'

const { municipality, hospital, neighbour } = organizations
const until = new Date('2026-03-15T10:00:00+01:00')
const identifier = patients.copd.identifier

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital', 'neighbour'],
    faults: ['neighbour'],
  })
  for (const { organization, bundle } of demoQuestionnaires(until)) {
    await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop())

interface Response {
  readonly id: string
  readonly status: string
  readonly effective: string
  readonly questionnaire: {
    readonly canonical: string | null
    readonly title: string | null
    readonly titles: readonly { readonly language: string; readonly text: string }[]
    readonly held: boolean
  }
  readonly author: { readonly display: string | null; readonly kind: string } | null
  readonly source: { readonly display: string | null; readonly kind: string } | null
  readonly item: readonly {
    readonly place: number
    readonly parent: number | null
    readonly linkId: string
    readonly text: string | null
    readonly answer: readonly {
      readonly text: string | null
      readonly score: number | null
      readonly valueString: string | null
      readonly quantity: { readonly value: number } | null
    }[]
  }[]
  readonly score: readonly { readonly kind: string; readonly value: number }[]
  readonly conflict: boolean
  readonly withheldFields: readonly string[]
  readonly provenance: readonly {
    readonly organization: { readonly number: string }
    readonly source: { readonly number: string }
    readonly superseded: boolean
  }[]
}

interface Responses {
  readonly nodes: readonly Response[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount: { readonly value: number | null }
  readonly complete: boolean
  readonly sources: readonly {
    readonly organization: { readonly number: string }
    readonly status: string
    readonly reason: string | null
    readonly withheld: string
  }[]
}

const QUERY = `query ($identifier: PatientIdentifier!, $filter: QuestionnaireResponseFilter, $first: Int, $after: Cursor, $order: Order) {
  patient(identifier: $identifier) {
    questionnaireResponses(filter: $filter, first: $first, after: $after, order: $order) {
      nodes {
        id status effective
        questionnaire { canonical title titles { language text } held }
        author { display kind } source { display kind }
        item { place parent linkId text answer { text score valueString quantity(unit: "g") { value } } }
        score { kind value }
        conflict withheldFields
        provenance { organization { number } source { number } superseded }
      }
      pageInfo { hasNextPage endCursor }
      totalCount { value }
      complete
      sources { organization { number } status reason withheld }
    }
  }
}`

async function seen(persona = 'nurse', variables: object = {}): Promise<Responses> {
  const answer = await network.ask(persona, QUERY, { identifier, ...variables })
  return dataOf<{ patient: { questionnaireResponses: Responses } }>(answer).patient
    .questionnaireResponses
}

const sumsOf = ({ nodes }: Responses) => nodes.map(({ score }) => score[0]?.value)

describe('questionnaires of several organisations', () => {
  it('come in one order with every answer, its number, and the sum as it was sent', async () => {
    const { nodes, complete, totalCount } = await seen()
    expect(nodes.map(({ score }) => score)).toEqual([
      [{ kind: 'TOTAL', value: 2 }],
      [{ kind: 'TOTAL', value: 7 }],
      [{ kind: 'TOTAL', value: 4 }],
      [{ kind: 'TOTAL', value: 2 }],
    ])
    expect([complete, totalCount.value]).toEqual([true, 4])
    const [, worst, , first] = nodes
    expect(worst?.item.map(({ place, parent, linkId }) => [place, parent, linkId])).toEqual([
      [1, null, '1'],
      ...[2, 3, 4, 5].map((place) => [place, 1, `1.${place - 1}`]),
      [6, null, '2'],
      [7, null, '4'],
    ])
    expect(worst?.item[1]).toMatchObject({
      text: 'Tungpust',
      answer: [{ text: 'Mye plaget', score: 2 }],
    })
    expect(worst?.item[6]?.answer[0]?.valueString).toBe('Våknet flere ganger av hosten.')
    expect(first?.item.at(-1)?.answer[0]).toMatchObject({
      text: '61.5 kg',
      quantity: { value: 61_500 },
    })
    expect(worst?.source).toMatchObject({ kind: 'PATIENT' })
  })

  it('say what was answered, in every language that is held', async () => {
    const [newest] = (await seen()).nodes
    expect(newest?.questionnaire).toEqual({
      canonical: 'https://kilde.example/fhir/Questionnaire/kols-dagen|1.2',
      title: 'Dagen min med KOLS',
      titles: [
        { language: 'nb-NO', text: 'Dagen min med KOLS' },
        { language: 'en-GB', text: 'My day with COPD' },
        { language: 'nn-NO', text: 'Dagen min med KOLS (nynorsk)' },
      ],
      held: true,
    })
  })

  it('join the copies of one, whose owner is who asked first', async () => {
    const copied = (await seen()).nodes[1]
    expect(copied?.provenance.map((one) => [one.organization.number, one.source.number])).toEqual([
      [municipality.number, municipality.number],
      [municipality.number, hospital.number],
    ])
    expect(copied?.conflict).toBe(false)
  })

  it.each([
    [
      'a questionnaire, any version',
      { questionnaire: ['https://kilde.example/fhir/Questionnaire/kols-dagen'] },
      4,
    ],
    [
      'that version',
      { questionnaire: ['https://kilde.example/fhir/Questionnaire/kols-dagen|1.2'] },
      4,
    ],
    [
      'another version',
      { questionnaire: ['https://kilde.example/fhir/Questionnaire/kols-dagen|2'] },
      0,
    ],
    ['a code of it', { code: ['http://loinc.org|74465-6'] }, 4],
    ['a code of nothing in it', { code: ['http://loinc.org|8867-4'] }, 0],
    ['a period', { period: { start: '2026-03-01T00:00:00Z' } }, 2],
    ['a status', { status: ['STOPPED'] }, 0],
    ['one organisation', { sources: [hospital.number] }, 2],
  ])('are found by %s', async (_name, filter, count) => {
    expect((await seen('nurse', { filter })).nodes).toHaveLength(count)
  })

  it('are paged as one list, in either direction', async () => {
    const whole = await seen()
    const paged: string[] = []
    let after: string | null = null
    do {
      const page: Responses = await seen('nurse', { first: 1, after })
      paged.push(...page.nodes.map(({ id }) => id))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    expect(paged).toEqual(whole.nodes.map(({ id }) => id))
    const { nodes } = await seen('nurse', { order: 'OLDEST_FIRST' })
    expect(nodes.map(({ id }) => id)).toEqual(paged.toReversed())
  })

  it('are what the example for the command line asks', async () => {
    const example = readFileSync(
      new URL('../../examples/questionnaires.graphql', import.meta.url),
      'utf8',
    )
    const answer = await network.ask('nurse', example, { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: { questionnaireResponses: { complete: true, nodes: [{}, {}, {}, {}] } },
    })
  })
})

describe('a response that is corrected', () => {
  it('takes the place of its copies; one that says something else is a conflict', async () => {
    const told = responseNamed('kols-dagen-3')
    await send('neighbour', { ...told, item: told.item?.slice(0, 2) ?? [] })
    const conflicting = (await seen()).nodes.filter(({ conflict }) => conflict)
    expect(conflicting.map(({ provenance }) => provenance[0]?.organization.number)).toEqual(
      Array.from(conflicting, () => municipality.number),
    )
    expect(conflicting.length).toBeGreaterThan(0)
    const amended = {
      ...responseNamed('kols-dagen-3'),
      status: 'amended',
      meta: { versionId: '2' },
    } as const
    await send('municipality', amended)
    const { nodes } = await seen()
    expect(nodes[1]).toMatchObject({ status: 'AMENDED' })
    expect(nodes[1]?.provenance.map(({ superseded }) => superseded)).toEqual([false, true, true])
  })
})

describe('what is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed: a block of the class closes answers and not plans', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'QuestionnaireResponse' } })
    const { nodes, complete } = await seen()
    expect([nodes, complete]).toEqual([[], false])
    expect((await seen('patient')).nodes).toHaveLength(4)
  })

  it('stays closed: a block of a period closes what was answered then', async () => {
    await change(network, 'patient', 'block', {
      data: { from: '2026-03-01T00:00:00Z', until: '2026-03-10T00:00:00Z' },
    })
    const blocked = await seen()
    expect([sumsOf(blocked), blocked.complete]).toEqual([[2, 4, 2], false])
    expect(blocked.sources.map(({ withheld }) => withheld)).toContain('OBJECTION')
  })

  it('is told to the patient by the access log, with the responses that were given out', async () => {
    const { nodes } = await seen('hospital-doctor')
    const answer = await network.ask('patient', LOG, { identifier })
    const { accessLog } = dataOf<Logged>(answer).patient
    const own = accessLog.nodes.filter(({ classes }) =>
      classes.some(({ code }) => code === 'QuestionnaireResponse'),
    )
    expect(own.flatMap(({ items }) => items)).toEqual(
      expect.arrayContaining(nodes.map(({ id }) => id)),
    )
    expect(own[0]?.text).toContain('svar på spørreskjemaer')
  })
})

describe('who may see answers', () => {
  it('is refused by role, as of any class', async () => {
    const { nodes, sources, complete } = await seen('secretary')
    expect([nodes, complete]).toEqual([[], false])
    expect(new Set(sources.map(({ status, reason }) => `${status} ${reason ?? ''}`))).toContain(
      'REFUSED ROLE',
    )
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.neighbour?.behave('cut')
    const { nodes, complete, sources } = await seen()
    expect([nodes.length, complete]).toEqual([4, false])
    expect(
      sources.find(({ organization }) => organization.number === neighbour.number)?.status,
    ).toBe('UNREACHABLE')
  })
})

const LOG = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  accessLog(first: 200) { nodes { text classes { code } items } } } }`

interface Logged {
  readonly patient: {
    readonly accessLog: {
      readonly nodes: readonly {
        readonly text: string
        readonly classes: readonly { readonly code: string }[]
        readonly items: readonly string[]
      }[]
    }
  }
}

function responseNamed(key: string): QuestionnaireResponse {
  const found = demoQuestionnaires(until)
    .flatMap(({ bundle }) => bundle.entry ?? [])
    .find(({ resource }) => resource?.id === key)?.resource as FhirResource | undefined
  if (found?.resourceType !== 'QuestionnaireResponse') throw new Error('no response')
  return found
}

async function send(key: 'municipality' | 'neighbour', response: QuestionnaireResponse) {
  const bundle: Bundle = { resourceType: 'Bundle', type: 'batch', entry: [{ resource: response }] }
  return network.loaderTo(key).load(bundle)
}
