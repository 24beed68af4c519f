import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import { alerts } from '../src/classes/detected-issue/index.js'
import { compileShapeCheck } from '../src/ingest/fhir-schema.js'
import { ingest } from '../src/ingest/ingest.js'
import type { Intake } from '../src/sources/intake.js'
import type { ClassQuestion, ClosedRows, Source } from '../src/sources/source.js'
import { openStore } from '../src/sources/store/open.js'
import { startDatabase } from './kit/database.js'
import { bytes, FNR, LOINC, NOW, SNOMED } from './kit/observations.js'

const own = organizations.municipality.number
const VKP = 'http://ehelse.no/fhir/CodeSystem/vkp'
const checkShape = compileShapeCheck()
const alarm = { system: 'Skyresponse:GlobalAlarmId', value: 'B65B90BA' }

describe('alerts in a store', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let store: Source & Intake

  beforeAll(async () => {
    database = await startDatabase()
    const databaseUrl = await database.createDatabase('documents')
    const key = Buffer.alloc(32, 3)
    store = await openStore({ databaseUrl, organization: own, now: () => NOW, key })
  })
  afterAll(async () => {
    await store.close()
    await database.stop()
  })

  const send = (bundle: object) =>
    ingest(bytes({ resourceType: 'Bundle', ...bundle }), {
      ...{ organization: own, store, checkShape, now: () => NOW },
    })
  const ask = async (who: string, more: Partial<ClassQuestion> = {}) => {
    const { rows } = await store.rows(
      {
        ...{ class: 'DetectedIssue', facets: {}, limit: 50, order: 'NEWEST_FIRST' },
        ...{ status: ['final'], elements: ['identifier', 'mitigation', 'author'], related: true },
        ...{ count: false, rivals: false, patient: parsePatientIdentifier(who), ...more },
      },
      new AbortController().signal,
    )
    return rows
  }
  const shown = async (who: string, field: string) =>
    (await ask(who)).map((row) => {
      const read = alerts.view.read(row, { organization: own, system: 'test' })
      return (alerts.view.fields[field] as unknown as (read: object) => unknown)(read)
    })

  describe('from documents', () => {
    const { identifier: who } = patients.copd
    const subjectOf = (value: string) => ({ identifier: { system: FNR, value } })
    const coded = { coding: [{ system: `${VKP}-alert-code-v090`, code: '7' }] }
    const step = (code: string) => ({
      code: [{ coding: [{ system: `${VKP}-composition-event-v090`, code }] }],
      period: { start: `2026-07-03T08:3${code}:00Z` },
    })

    /** As VKP sends it each time somebody did something about it: whole, and all of it under new addresses. */
    const document = (of: string, steps: readonly string[], more: object = {}, issues = [{}]) => {
      const [note, device] = [randomUUID(), randomUUID()].map((id) => `urn:uuid:${id}`)
      const found = issues.map((issue) => ({
        fullUrl: `urn:uuid:${randomUUID()}`,
        resource: {
          ...{ resourceType: 'DetectedIssue', status: 'final', code: coded },
          ...{ patient: subjectOf(of), identifiedDateTime: '2026-07-03T08:30:00Z' },
          ...{ author: { reference: device }, ...issue },
        },
      }))
      const composition = {
        ...{ resourceType: 'Composition', status: 'final', type: coded, title: 'Alarm' },
        ...{ date: '2026-07-03T08:36:00Z', author: [{ display: 'Anne' }], subject: subjectOf(of) },
        event: steps.map(step),
        section: [{ title: 'Alarm', entry: found.map((one) => ({ reference: one.fullUrl })) }],
      }
      return {
        ...{ type: 'document', identifier: alarm, ...more },
        entry: [
          { fullUrl: note, resource: composition },
          ...found,
          {
            fullUrl: device,
            resource: {
              resourceType: 'Device',
              deviceName: [{ name: 'GPT3', type: 'model-name' }],
            },
          },
        ],
      }
    }

    it('are one each, however often the document comes, with all that was done', async () => {
      await send(document(who, ['0']))
      const again = await send(document(who, ['0', '1']))
      expect(again.counts).toMatchObject({ created: 1, unchanged: 2 })
      await send(document(who, ['0', '1', '3']))
      const rows = await ask(who)
      expect(rows).toMatchObject([{ version: 1, facets: { state: ['ACKNOWLEDGED'] } }])
      expect(await shown(who, 'author')).toMatchObject([{ display: 'GPT3' }])
      expect(await shown(who, 'followUp')).toMatchObject([
        [{ state: 'OPEN' }, { state: 'IN_PROGRESS' }, { state: 'ACKNOWLEDGED' }],
      ])
    })

    it('are others where the document, the time or the code is another', async () => {
      const { identifier: of } = patients.diabetes
      await send(document(of, ['0']))
      await send(document(of, ['0'], { identifier: { ...alarm, value: 'B65B90BB' } }))
      await send(document(of, ['0'], {}, [{ identifiedDateTime: '2026-07-03T08:31:00Z' }]))
      const other = { coding: [{ system: `${VKP}-alert-code-v090`, code: '7.1' }] }
      await send(document(of, ['0'], {}, [{ code: other }]))
      expect(await ask(of)).toHaveLength(4)
    })

    it.each([
      ['alike in time and code', alarm, patients.onePlace.identifier],
      ['of a document without an identifier', undefined, patients.none.identifier],
    ])('are told apart by all that they say where they are %s', async (_, identifier, of) => {
      const two = [{ detail: 'Puls' }, { detail: 'Vekt' }]
      await send(document(of, ['0'], { identifier }, two))
      await send(document(of, ['0', '1'], { identifier }, two))
      const details = (await ask(of, { elements: ['detail'] })).map(({ resource }) => resource)
      expect(details.toSorted()).toEqual(['{"detail":"Puls"}', '{"detail":"Vekt"}'])
    })

    it('are what their own identifier says', async () => {
      const { identifier: of } = patients.none
      const named = { identifier: [{ system: 'urn:alerts', value: of }] }
      await send(document(of, ['0'], {}, [named]))
      const later = { identifier: { ...alarm, value: 'other' } }
      await send(document(of, ['0'], later, [{ ...named, detail: 'mer' }]))
      const rows = await ask(of)
      expect(rows.filter(({ resource }) => resource.includes('urn:alerts'))).toMatchObject([
        { version: 2 },
      ])
    })
  })

  describe('raised over measurements', () => {
    const who = patients.copd.identifier
    const subject = { identifier: { system: FNR, value: who } }
    const measurement = (id: string, code: string) => ({
      ...{ resourceType: 'Observation', id, status: 'final', subject },
      ...{ effectiveDateTime: '2026-07-01T08:00:00Z', valueInteger: 1 },
      code: { coding: [{ system: LOINC, code }] },
    })
    const alert = (name: string, more: object = {}) => ({
      ...{ resourceType: 'DetectedIssue', status: 'final', patient: subject },
      identifier: [{ system: 'urn:raised', value: name }],
      ...{ code: { text: 'Varsel' }, identifiedDateTime: '2026-07-01T09:00:00Z', ...more },
    })
    const over = (reference: string) => ({ evidence: [{ detail: [{ reference }] }] })
    const batch = (...resources: readonly object[]) => ({
      type: 'batch',
      entry: resources.map((resource) => ({ resource, request: { method: 'POST', url: 'x' } })),
    })

    const block = (codes: readonly string[], but: readonly string[] = []): ClosedRows => ({
      ...{ why: 'OBJECTION', rows: { codes } },
      except: but.length > 0 ? [{ codes: but }] : [],
    })
    const openTo = async (closed: ClosedRows, ...names: readonly string[]) => {
      const rows = await ask(who, { closed: [closed] })
      return names.filter((name) => rows.some(({ resource }) => resource.includes(`"${name}"`)))
    }
    const PULSE = [`${LOINC}|8867-4`, `${SNOMED}|364075005`]
    const WEIGHT = [`${LOINC}|29463-7`]

    it('are closed by a block on the code of these', async () => {
      await send(
        batch(
          measurement('pulse', '8867-4'),
          alert('pulse', over('Observation/pulse')),
          measurement('weight', '29463-7'),
          alert('weight', { implicated: [{ reference: 'Observation/weight' }] }),
          alert('none'),
        ),
      )
      const names = ['pulse', 'weight', 'none']
      expect(await openTo(block(PULSE), ...names)).toEqual(['weight', 'none'])
      expect(await openTo(block([PULSE[1] ?? '']), ...names)).toEqual(['weight', 'none'])
      expect(await openTo(block(WEIGHT), ...names)).toEqual(['pulse', 'none'])
    })

    it('are closed by a block on any code where it is not known which these are, and opened by no consent', async () => {
      await send(batch(alert('elsewhere', over('Observation/elsewhere'))))
      await send(batch(alert('untyped', over('urn:uuid:00000000-0000-4000-8000-000000000000'))))
      await send(batch(alert('by name', { ...over('Observation/x'), code: codeOf('8867-4') })))
      const names = ['elsewhere', 'untyped', 'by name']
      expect(await openTo(block(WEIGHT), ...names)).toEqual(['by name'])
      const allBut = { why: 'OBJECTION', rows: {}, except: [{ codes: PULSE }] } as const
      expect(await openTo(allBut, ...names)).toEqual(['by name'])
    })

    it('are closed by these alone once they came with the alert', async () => {
      const sent = alert('later', over('Observation/later'))
      await send(batch(sent))
      expect(await openTo(block(WEIGHT), 'later')).toEqual([])
      const { counts } = await send(batch(sent, measurement('later', '8867-4')))
      expect(counts).toMatchObject({ unchanged: 2, updated: 0 })
      expect(await openTo(block(WEIGHT), 'later')).toEqual(['later'])
      expect(await openTo(block(PULSE), 'later')).toEqual([])
      // Known once, known for good.
      await send(batch(sent))
      expect(await openTo(block(WEIGHT), 'later')).toEqual(['later'])
    })

    it('are not closed by what else they were raised over', async () => {
      const answers = {
        resourceType: 'QuestionnaireResponse',
        id: 'q',
        status: 'completed',
        subject,
      }
      const untyped = {
        fullUrl: 'urn:uuid:00000000-0000-4000-8000-00000000000a',
        resource: answers,
      }
      const sent = alert('form', over(untyped.fullUrl))
      await send({ type: 'collection', entry: [untyped, { resource: sent }] })
      expect(await openTo(block(WEIGHT), 'form')).toEqual(['form'])
    })

    const codeOf = (code: string) => ({ coding: [{ system: LOINC, code }] })
  })
})
