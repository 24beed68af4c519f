import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { ZONE_SYSTEM } from '../src/classes/care-plan/zones.js'
import { alerts } from '../src/classes/detected-issue/index.js'
import { fieldOf, rowsOf } from './kit/class-rows.js'
import { ENH, FNR } from './kit/observations.js'

const subject = { identifier: { system: FNR, value: patients.copd.identifier } }
const VKP = 'http://ehelse.no/fhir/CodeSystem/vkp'
const coded = (code: string) => ({ coding: [{ system: `${VKP}-alert-code-v090`, code }] })

const issue = (more: Record<string, unknown> = {}) => ({
  resourceType: 'DetectedIssue',
  ...{ id: 'a1', status: 'final', code: coded('5'), patient: subject },
  identifiedDateTime: '2026-03-01T08:00:00Z',
  ...more,
})
const flag = (more: Record<string, unknown> = {}) => ({
  resourceType: 'Flag',
  ...{ id: 'f1', status: 'active', code: coded('4.1'), subject },
  period: { start: '2026-03-01T08:00:00Z' },
  ...more,
})
const task = (status: string, more: Record<string, unknown> = {}) => ({
  resourceType: 'Task',
  ...{ id: 't1', status, intent: 'order', for: subject, focus: { reference: 'DetectedIssue/a1' } },
  ...{ lastModified: '2026-03-01T09:00:00Z', owner: { type: 'Practitioner', display: 'Nora' } },
  ...more,
})
const event = (code: string, hour: number, text?: string) => ({
  code: [{ coding: [{ system: `${VKP}-composition-event-v090`, code }], text }],
  period: { start: `2026-03-01T${hour}:00:00Z` },
})
const note = (events: readonly object[], more: Record<string, unknown> = {}) => ({
  resourceType: 'Composition',
  ...{ id: 'c1', status: 'final', type: coded('5'), subject, title: 'Oppfølging' },
  ...{ date: '2026-03-01T12:00:00Z', author: [{ type: 'Practitioner', display: 'Anne' }] },
  event: events,
  section: [
    {
      title: 'Beskrivelse',
      text: {
        status: 'generated',
        div: '<div xmlns="http://www.w3.org/1999/xhtml">Ringte &amp; <b>avtalte</b> tid.</div>',
      },
      entry: [{ reference: 'DetectedIssue/a1' }],
    },
  ],
  ...more,
})

const firstOf = async (...resources: object[]) => (await rowsOf(alerts, resources)).rows[0]
const facetsOf = async (...resources: object[]) => (await firstOf(...resources))?.facets

describe('what became of an alert', () => {
  it.each<[string, object[], string]>([
    ['is not told where nobody says so', [issue()], 'NOT_TOLD'],
    ['is open while its Flag is active', [flag()], 'OPEN'],
    ['is closed when its Flag is inactive', [flag({ status: 'inactive' })], 'CLOSED'],
    ['is closed when its source cancels it', [issue({ status: 'cancelled' })], 'CLOSED'],
    ['is open while nobody has taken the task', [issue(), task('requested')], 'OPEN'],
    ['is in progress when somebody has', [issue(), task('in-progress')], 'IN_PROGRESS'],
    ['is closed when the task is completed', [issue(), task('completed')], 'CLOSED'],
    ['is not told by a task that failed', [issue(), task('failed')], 'NOT_TOLD'],
    ['is not told by what was entered in error', [issue(), task('entered-in-error')], 'NOT_TOLD'],
    ['follows VKP’s chain', [issue(), note([event('0', 10), event('1', 11)])], 'IN_PROGRESS'],
    [
      '… to its end, in whatever order it came',
      [note([event('3', 12), event('1', 11)]), issue()],
      'ACKNOWLEDGED',
    ],
    [
      'is what was told last',
      [
        issue(),
        note([event('3', 12)]),
        task('in-progress', { lastModified: '2026-03-01T14:00:00Z' }),
      ],
      'IN_PROGRESS',
    ],
    [
      'is in progress after a mitigation',
      [issue({ mitigation: [{ action: { text: 'Ringt' }, date: '2026-03-01' }] })],
      'IN_PROGRESS',
    ],
  ])('%s', async (_, resources, state) => {
    expect((await facetsOf(...resources))?.['state']).toEqual([state])
  })

  it('is told with who did what, and not with user names', async () => {
    const row = await firstOf(
      issue(),
      note([event('1', 10, 'bruker@kommune.example'), event('7', 11, 'Avtalt hjemmebesøk')]),
      task('in-progress'),
    )
    expect(fieldOf(alerts, row, 'followUp')).toMatchObject([
      { state: 'IN_PROGRESS', by: { display: 'Nora' }, time: '2026-03-01T09:00:00Z' },
      { state: 'IN_PROGRESS', by: { display: 'Anne' }, code: { text: 'hendelse behandles' } },
      { state: undefined, text: 'Avtalt hjemmebesøk', code: { text: 'tiltak' } },
    ])
    expect(JSON.stringify(fieldOf(alerts, row, 'followUp'))).not.toContain('bruker@')
    expect(fieldOf(alerts, row, 'handledBy')).toEqual([
      { display: 'Anne', organization: undefined },
      { display: 'Nora', organization: undefined },
    ])
    expect(fieldOf(alerts, row, 'note')).toEqual([
      {
        text: 'Beskrivelse: Ringte & avtalte tid.',
        time: '2026-03-01T12:00:00Z',
        authorText: 'Anne',
      },
    ])
  })

  it('is told without words to whom they are withheld', async () => {
    const row = await firstOf(issue(), note([event('7', 11, 'Avtalt hjemmebesøk')]))
    expect(fieldOf(alerts, row, 'note', ['note'])).toEqual([])
    expect(JSON.stringify(fieldOf(alerts, row, 'followUp', ['note']))).not.toContain('hjemmebesøk')
  })

  it('makes copies differ that tell it differently', async () => {
    const contents = await Promise.all([firstOf(issue()), firstOf(issue(), task('completed'))])
    expect(contents[0]?.content).not.toBe(contents[1]?.content)
    const again = await firstOf(issue({ id: 'other' }))
    expect(again?.content).toBe(contents[0]?.content)
  })
})

describe('a missing report', () => {
  const contained = [
    {
      ...{ resourceType: 'ServiceRequest', id: 'r', status: 'active', intent: 'plan', subject },
      code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
      occurrenceDateTime: '2026-02-28',
    },
  ]

  it('says what did not come, and when it was due', async () => {
    const sent = issue({ code: coded('5.3.2'), contained, implicated: [{ reference: '#r' }] })
    const row = await firstOf(sent)
    expect(row?.facets['kind']).toEqual(['MISSING_REPORT'])
    expect(row?.codes).toContain('http://loinc.org|29463-7')
    expect(fieldOf(alerts, row, 'missing')).toMatchObject({
      ...{ what: 'MEASUREMENT', kind: 'BODY_WEIGHT', codes: ['http://loinc.org|29463-7'] },
      ...{ expectedFrom: undefined, expectedBy: '2026-02-28T23:59:59.999+01:00' },
    })
    expect(fieldOf(alerts, row, 'triggeredBy')).toEqual([])
  })

  it('takes the period that it was looked for in where no request is given', async () => {
    const identifiedPeriod = { start: '2026-02-27T00:00:00Z', end: '2026-03-01T00:00:00Z' }
    const row = await firstOf(
      issue({ code: coded('5.3.1'), identifiedDateTime: undefined, identifiedPeriod }),
    )
    expect(fieldOf(alerts, row, 'missing')).toMatchObject({
      ...{ what: 'QUESTIONNAIRE', expectedFrom: identifiedPeriod.start },
      expectedBy: identifiedPeriod.end,
    })
  })

  it('is taken without a time too, and said to lack it', async () => {
    const { rows, told } = await rowsOf(alerts, [issue({ code: coded('5.3') })])
    expect(told[0]?.texts).toEqual(['does not say when what is missing was expected'])
    expect(fieldOf(alerts, rows[0], 'missing')).toMatchObject({ what: 'ANYTHING', codes: [] })
  })

  it('is nothing that another alert has', async () => {
    expect(fieldOf(alerts, await firstOf(issue()), 'missing')).toBeUndefined()
  })
})

describe('an alert', () => {
  it.each([
    ['5', 'HOME_FOLLOW_UP'],
    ['5.1', 'SUMMARY'],
    ['5.3', 'INACTIVE_PATIENT'],
    ['1.12', 'DISPENSER'],
    ['2', 'LOCATION'],
    ['3', 'SAFETY_ALARM'],
    ['4.26', 'SUPERVISION'],
    ['6', 'DOOR_LOCK'],
    ['7.1', 'PATIENT_SIGNAL'],
    ['9', 'OTHER'],
  ])('of VKP’s code %s is of kind %s', async (code, kind) => {
    expect((await facetsOf(issue({ code: coded(code) })))?.['kind']).toEqual([kind])
  })

  it('has the zone and severity that its source gives, VKP’s before FHIR’s', async () => {
    const zone = (code: string) => ({ coding: [{ system: ZONE_SYSTEM, code }] })
    const severity = {
      url: 'http://ehelse.no/fhir/StructureDefinition/vkp-severity-level-v090',
      valueCodeableConcept: {
        coding: [{ system: 'http://ehelse.no/fhir/ValueSet/vkp-severity-level-v090', code: '40' }],
      },
    }
    const evidence = [{ code: [zone('red')] }]
    const facets = await facetsOf(issue({ evidence, severity: 'low', extension: [severity] }))
    expect(facets).toMatchObject({ zone: ['RED'], severity: ['CRITICAL'] })
    const two = [{ code: [zone('red'), zone('green')] }]
    expect(await facetsOf(issue({ evidence: two }))).not.toHaveProperty('zone')
  })

  it('leads to what it was raised over, and names no person by number', async () => {
    const row = await firstOf(
      issue({
        evidence: [
          {
            detail: [
              { type: 'Observation', identifier: { system: 'urn:m', value: '1' } },
              { reference: 'Observation/m2' },
            ],
          },
        ],
        implicated: [
          { reference: 'https://elsewhere.example/fhir/CarePlan/p1', display: 'Plan, rød sone' },
          { type: 'Patient', ...subject },
        ],
      }),
    )
    expect(fieldOf(alerts, row, 'triggeredBy')).toEqual([
      { kind: 'MEASUREMENT', identifier: { system: 'urn:m', value: '1' }, display: undefined },
      { kind: 'MEASUREMENT', identifier: undefined, display: undefined },
      { kind: 'PLAN', identifier: undefined, display: 'Plan, rød sone' },
    ])
  })

  it('is owned by whoever gave it its identifier, or has the device that raised it', async () => {
    const party = {
      type: 'Organization',
      identifier: { system: ENH, value: organizations.hospital.number },
    }
    const assigned = issue({ identifier: [{ system: 'urn:a', value: '1', assigner: party }] })
    expect(await firstOf(assigned)).toMatchObject({ owner: organizations.hospital.number })
    const device = { resourceType: 'Device', id: 'd1', owner: party }
    const raised = issue({ author: { reference: 'Device/d1' } })
    expect(await firstOf(raised, device)).toMatchObject({ owner: organizations.hospital.number })
  })

  it('names the device that raised it', async () => {
    const device = {
      resourceType: 'Device',
      ...{ id: 'd1', deviceName: [{ name: 'GPT3-WTRSB', type: 'model-name' }] },
    }
    const row = await firstOf(issue({ author: { reference: 'Device/d1' } }), device)
    expect(fieldOf(alerts, row, 'author')).toMatchObject({ display: 'GPT3-WTRSB' })
  })
})

describe('what is no alert', () => {
  it('is refused: what was done, and notes and tasks about something else', async () => {
    const { rows, told } = await rowsOf(alerts, [
      issue({ code: coded('5.2.1') }),
      note([], { type: { text: 'Journalnotat' }, section: [] }),
      task('requested', { focus: { reference: 'ServiceRequest/s1' } }),
      issue({ id: 'a2', status: undefined }),
    ])
    expect(rows).toEqual([])
    expect(told.map(({ status }) => status.slice(0, 3))).toEqual(['422', '422', '422', '422'])
    expect(told[0]?.texts[0]).toContain('it is no alert')
  })
})
