import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import type { OperationOutcome } from 'fhir/r4.js'
import { questionnaireResponses } from '../src/classes/questionnaire-response/index.js'
import { compileShapeCheck, type ShapeCheck } from '../src/ingest/fhir-schema.js'
import { ingest } from '../src/ingest/ingest.js'
import type { Intake } from '../src/sources/intake.js'
import type { ClassQuestion, ClassRow, Source } from '../src/sources/source.js'
import { openStore } from '../src/sources/store/open.js'
import { startDatabase } from './kit/database.js'
import { bytes, FNR, NOW } from './kit/observations.js'

const own = organizations.municipality.number
const of = (patient: { readonly identifier: string }) => ({
  identifier: { system: FNR, value: patient.identifier },
})
const signal = new AbortController().signal
const URL_OF = 'https://example.org/Questionnaire/q'

const response = (id: string, more: Record<string, unknown> = {}) => ({
  resourceType: 'QuestionnaireResponse',
  ...{ id, subject: of(patients.copd), status: 'completed', questionnaire: `${URL_OF}|1` },
  authored: '2026-03-01T08:00:00+01:00',
  item: [{ linkId: '1', answer: [{ valueDecimal: 3.0 }] }],
  ...more,
})
const definition = (id: string, more: Record<string, unknown> = {}) => ({
  resourceType: 'Questionnaire',
  ...{ id, url: URL_OF, version: '1', name: 'Q', status: 'active', title: 'Spørsmål' },
  language: 'nb-NO',
  item: [{ linkId: '1', type: 'decimal', text: 'Hvor mye?', code: [{ system: 's', code: 'c' }] }],
  ...more,
})

describe('answered questionnaires at a node', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let store: Source & Intake
  let checkShape: ShapeCheck
  const settings = { organization: own, now: () => NOW, key: Buffer.alloc(32, 3) }

  beforeAll(async () => {
    database = await startDatabase()
    checkShape = compileShapeCheck()
    store = await openStore({ databaseUrl: await database.createDatabase('answers'), ...settings })
  })
  afterAll(async () => {
    await store.close()
    await database.stop()
  })

  const send = (...resources: readonly Record<string, unknown>[]) => {
    const entry = resources.map((resource) => {
      const url = `${String(resource['resourceType'])}/${String(resource['id'])}`
      return { resource, request: { method: 'PUT', url } }
    })
    const body = bytes({ resourceType: 'Bundle', type: 'batch', entry })
    return ingest(body, { organization: own, store, checkShape, now: () => NOW })
  }

  async function said(...resources: readonly Record<string, unknown>[]) {
    const { bundle } = await send(...resources)
    const outcome = bundle.entry?.[0]?.response?.outcome as OperationOutcome | undefined
    return (outcome?.issue ?? []).map(
      ({ severity, expression, details }) => `${severity} ${expression?.[0]}: ${details?.text}`,
    )
  }

  async function rowsOf(
    patient: { readonly identifier: string },
    more: Partial<ClassQuestion> = {},
  ) {
    const { rows } = await store.rows(
      {
        ...{ class: 'QuestionnaireResponse', patient: parsePatientIdentifier(patient.identifier) },
        ...{ facets: {}, status: ['completed'], order: 'NEWEST_FIRST', limit: 50, count: true },
        elements: ['questionnaire', '_questionnaire', 'contained', 'item', 'authored'],
        ...{ related: true, rivals: false },
        ...more,
      },
      signal,
    )
    return rows
  }

  type Told = Readonly<Record<string, (read: unknown, args?: object) => unknown>>
  const told = (row: ClassRow | undefined, field: string, leftOut: readonly string[] = []) => {
    if (!row) throw new Error('no row')
    const context = { organization: own, system: 'test', leftOut }
    const { view } = questionnaireResponses
    return (view.fields as unknown as Told)[field]?.(view.read(row, context))
  }

  it('keep a questionnaire with everybody whose answers in the Bundle name it, in each language', async () => {
    const other = { subject: of(patients.diabetes) }
    const { counts } = await send(
      response('a'),
      response('b', other),
      definition('q-nb'),
      definition('q-en', { url: `${URL_OF}-en`, language: 'en-GB', title: 'Questions' }),
      definition('q-other', { url: `${URL_OF}-2`, name: 'Other' }),
    )
    expect(counts).toMatchObject({ created: 4, used: 1 })
    for (const patient of [patients.copd, patients.diabetes]) {
      const [row] = await rowsOf(patient)
      expect(told(row, 'questionnaire')).toEqual({
        ...{ canonical: `${URL_OF}|1`, url: URL_OF, version: '1', title: 'Spørsmål', code: [] },
        titles: [
          { language: 'nb-NO', text: 'Spørsmål' },
          { language: 'en-GB', text: 'Questions' },
        ],
        held: true,
      })
    }
  })

  it('find the definition that came before them, and words and codes of questions in it', async () => {
    await send(response('later', { authored: '2026-03-02' }))
    const [row] = await rowsOf(patients.copd)
    expect(told(row, 'item')).toMatchObject([
      { linkId: '1', text: 'Hvor mye?', code: [{ system: 's', code: 'c' }] },
    ])
    expect(row?.facets['code']).toContain('s|c')
  })

  it('change nothing when sent again', async () => {
    const sent = [
      response('same', { identifier: { system: 'urn:x', value: '1' } }),
      definition('q-nb'),
    ]
    await send(...sent)
    expect((await send(...sent)).counts).toMatchObject({ unchanged: 2 })
  })

  it('keep the digits of decimals, and flatten what stands under items and answers', async () => {
    const item = [
      {
        ...{ linkId: 'g', text: 'Gruppe' },
        item: [
          {
            linkId: 'q',
            answer: [
              {
                valueCoding: { code: 'ja' },
                item: [{ linkId: 'u', answer: [{ valueBoolean: true }] }],
              },
              { valueDecimal: '@' },
            ],
          },
        ],
      },
    ]
    const text = JSON.stringify(response('deep', { item, authored: '2026-03-05' })).replace(
      '"@"',
      '3.10',
    )
    const body = `{"resourceType":"Bundle","type":"batch","entry":[{"resource":${text}}]}`
    await ingest(Buffer.from(body), { organization: own, store, checkShape, now: () => NOW })
    const [row] = await rowsOf(patients.copd)
    expect(told(row, 'item')).toMatchObject([
      { place: 1, level: 0, linkId: 'g', answer: [] },
      {
        place: 2,
        level: 1,
        parent: 1,
        linkId: 'q',
        answer: [{}, { sent: { valueDecimal: '3.10' } }],
      },
      { place: 3, level: 2, parent: 2, parentAnswer: 1, linkId: 'u' },
    ])
  })

  it('read scores where the questionnaire says so: by code, by calculation, or in its unit', async () => {
    const formula = (code: string) => [{ system: 'http://ehelse.no/scoringFormulas', code }]
    const calculated = [
      { url: 'http://ehelse.no/fhir/StructureDefinition/sdf-calculatedExpression' },
    ]
    const contained = [
      {
        ...definition('inside', { url: undefined }),
        item: [
          { linkId: 'ts', type: 'quantity', code: formula('TS'), text: 'Sum' },
          { linkId: 'ss', type: 'integer', code: formula('SS') },
          { linkId: 'calc', type: 'decimal', extension: calculated },
          { linkId: 'plain', type: 'integer' },
        ],
      },
    ]
    const item = [
      { linkId: 'ts', answer: [{ valueQuantity: { value: 12, unit: 'score' } }] },
      { linkId: 'ss', answer: [{ valueInteger: 4 }] },
      { linkId: 'calc', answer: [{ valueDecimal: 2.5 }] },
      { linkId: 'plain', answer: [{ valueInteger: 9 }] },
      {
        linkId: 'unit',
        answer: [{ valueQuantity: { value: 3, system: 'http://ehelse.no/Score' } }],
      },
    ]
    const more = { contained, item, questionnaire: '#inside', authored: '2026-03-06' }
    await send(response('scored', more))
    const [row] = await rowsOf(patients.copd)
    expect(told(row, 'score')).toMatchObject([
      { kind: 'TOTAL', linkId: 'ts', value: 12, valueText: '12 score', text: 'Sum' },
      { kind: 'SECTION', linkId: 'ss', value: 4 },
      { kind: 'OTHER', linkId: 'calc', value: 2.5 },
      { kind: 'OTHER', linkId: 'unit', value: 3 },
    ])
  })

  it('leave out what was written freely, and nothing else, where policy says so', async () => {
    const item = [
      { linkId: 'w', answer: [{ valueString: 'mine egne ord' }] },
      { linkId: 'c', answer: [{ valueCoding: { code: 'ja', display: 'Ja' } }] },
    ]
    await send(response('words', { item, authored: '2026-03-07' }))
    const [row] = await rowsOf(patients.copd)
    const answers = told(row, 'item', ['valueString']) as readonly { answer: readonly unknown[] }[]
    const { answer } = Object.fromEntries([
      ['answer', answers.flatMap((one) => one.answer)],
    ] as const)
    const { QuestionnaireAnswer } = questionnaireResponses.view.types as unknown as Record<
      string,
      Told
    >
    expect(answer?.map((one) => QuestionnaireAnswer?.['text']?.(one))).toEqual([undefined, 'Ja'])
    expect(answer?.map((one) => QuestionnaireAnswer?.['valueString']?.(one))).toEqual([
      undefined,
      undefined,
    ])
  })

  it.each([
    ['no status', { status: undefined }, 'error Bundle.entry[0].resource.status: is required'],
    [
      'a time that the calendar does not have',
      { authored: '2026-02-30T08:00:00Z' },
      'error Bundle.entry[0].resource.authored: no time can be read',
    ],
    [
      'items beside answers',
      { item: [{ linkId: '1', answer: [{ valueInteger: 1 }], item: [{ linkId: '2' }] }] },
      'error Bundle.entry[0].resource.item[0]: has items beside its answers, not under them (qrs-1)',
    ],
    [
      'two values in one answer',
      { item: [{ linkId: '1', answer: [{ valueInteger: 1, valueString: 'x' }] }] },
      'error Bundle.entry[0].resource.item[0].answer[0].valueString: only one value[x] is allowed',
    ],
    [
      'nobody whom it is about',
      { subject: undefined },
      'error Bundle.entry[0].resource.subject: is required: whom it is about',
    ],
    [
      'no time',
      { authored: undefined },
      'warning Bundle.entry[0].resource: has no authored: ordered by when it was received',
    ],
    [
      'a questionnaire that is elsewhere',
      {},
      'information Bundle.entry[0].resource.questionnaire: is not in this Bundle: its titles and scores are shown where it is held with the patient’s answers',
    ],
  ])('name what is odd about one with %s', async (name, more, issue) => {
    expect(await said(response(`odd-${name.length}`, more))).toContain(issue)
  })

  it('are ordered by receipt where they claim to lie ahead', async () => {
    await send(
      response('ahead', { authored: '2030-01-01T00:00:00Z', subject: of(patients.onePlace) }),
    )
    const [row] = await rowsOf(patients.onePlace)
    expect(row).toMatchObject({ precision: 'RECEIVED', t: NOW })
  })
})
