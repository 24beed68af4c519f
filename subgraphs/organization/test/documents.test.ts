import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { documents } from '../src/classes/document-reference/index.js'
import { MOST_TEXT_BYTES } from '../src/classes/document-reference/note-text.js'
import { fieldOf, rowsOf } from './kit/class-rows.js'
import { ENH, FNR } from './kit/observations.js'

const { municipality, hospital } = organizations
const TYPES = 'urn:oid:2.16.578.1.12.4.1.1.9602'
const words = (text: string) => Buffer.from(text).toString('base64')
const note = (text: string, contentType = 'text/plain; charset=UTF-8') => ({
  attachment: { contentType, data: words(text) },
})
const document = (more: Record<string, unknown> = {}) => ({
  resourceType: 'DocumentReference',
  ...{ id: 'd1', status: 'current', date: '2026-05-01T10:00:00+02:00' },
  subject: { identifier: { system: FNR, value: patients.copd.identifier } },
  type: { coding: [{ system: TYPES, code: 'A02-2' }], text: 'Notat' },
  author: [
    {
      type: 'Practitioner',
      identifier: { system: FNR, value: '05898597468' },
      display: 'Anne Aas',
    },
    { type: 'Organization', identifier: { system: ENH, value: municipality.number } },
  ],
  custodian: {
    ...{ type: 'Organization', identifier: { system: ENH, value: hospital.number } },
    display: hospital.name,
  },
  content: [note('Ringt pasienten: «bedre».')],
  ...more,
})
const toldOf = async (more: Record<string, unknown>) =>
  (await rowsOf(documents, [document(more)])).told[0]

describe('a document', () => {
  it('is of who keeps it, and tells who wrote it and what the note says', async () => {
    const { rows } = await rowsOf(documents, [document()])
    const told = (field: string) => fieldOf(documents, rows[0], field)
    expect(rows[0]).toMatchObject({ owner: hospital.number, authorKind: 'STAFF' })
    expect(told('author')).toEqual([
      { party: { display: 'Anne Aas', organization: undefined }, kind: 'STAFF' },
      {
        party: { display: undefined, organization: { number: municipality.number } },
        kind: 'UNKNOWN',
      },
    ])
    expect(told('attachment')).toMatchObject([{ size: 27, text: 'Ringt pasienten: «bedre».' }])
    expect(rows[0]?.facets).toEqual({ type: [`${TYPES}|A02-2`] })
  })

  it('is known by its master identifier before others', async () => {
    const { rows } = await rowsOf(documents, [
      document({
        masterIdentifier: { system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.3' },
        identifier: [{ system: 'urn:x', value: 'entry' }],
      }),
    ])
    expect(fieldOf(documents, rows[0], 'identifier')).toMatchObject([
      { value: 'urn:oid:1.2.3' },
      { value: 'entry' },
    ])
    const alone = await rowsOf(documents, [
      document({ identifier: [{ system: 'urn:ietf:rfc:3986', value: 'urn:oid:1.2.3' }] }),
    ])
    expect(rows[0]?.identity).toBe(alone.rows[0]?.identity)
  })

  it('tells neither words nor titles to whom they are left out for', async () => {
    const titled = { attachment: { ...note('Hei').attachment, title: 'Om Kari' } }
    const { rows } = await rowsOf(documents, [document({ content: [titled] })])
    const attachment = fieldOf(documents, rows[0], 'attachment', ['text'])
    expect(attachment).toMatchObject([{ contentType: 'text/plain; charset=UTF-8', size: 3 }])
    expect(JSON.stringify(attachment)).not.toMatch(/Hei|Kari/)
  })

  it.each([
    ['no status', { status: undefined }],
    ['a date that nobody can read', { date: '2026-05-01T08:00:00+99:00' }],
    ['a period that nobody can read', { context: { period: { end: '2026-13' } } }],
    ['no patient', { subject: { display: 'Ukjent' } }],
  ])('is refused with %s', async (_, more) => {
    const { rows, told } = await rowsOf(documents, [document(more)])
    expect([rows, told[0]?.status.slice(0, 3)]).toEqual([[], '422'])
  })
})

describe('what is kept of a document', () => {
  const keptOf = async (content: readonly object[]) => {
    const { rows, told } = await rowsOf(documents, [document({ content })])
    return { attachment: fieldOf(documents, rows[0], 'attachment'), texts: told[0]?.texts, rows }
  }

  it('is no address and no narrative', async () => {
    const url = 'https://journal.internt.example/dokument/1'
    const content = [{ attachment: { contentType: 'application/pdf', url, title: 'Epikrise' } }]
    const text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Ord</div>' }
    const { rows, told } = await rowsOf(documents, [document({ content, text })])
    expect(rows[0]?.resource).not.toMatch(/internt|Ord/)
    expect(told[0]?.texts).toHaveLength(1)
  })

  it.each([
    ['of another kind', note('<p>Hei</p>', 'text/html')],
    ['in another character set', note('Hei', 'text/plain; charset=iso-8859-1')],
    ['that are no characters', { attachment: { contentType: 'text/plain', data: '/+8=' } }],
    ['that are many', note('x'.repeat(MOST_TEXT_BYTES + 1))],
  ])('is the size of words %s', async (_, one) => {
    const { attachment, texts, rows } = await keptOf([one])
    const size = Buffer.from(one.attachment.data, 'base64').length
    expect(attachment).toMatchObject([{ size, text: undefined }])
    expect(rows[0]?.resource).not.toContain('"data"')
    expect(texts).toHaveLength(1)
  })

  it('is as much of several notes as has room', async () => {
    const half = 'x'.repeat(MOST_TEXT_BYTES / 2)
    const { attachment, texts } = await keptOf([note(half), note(`${half}x`), note(half)])
    expect((attachment as { text?: string }[]).map(({ text }) => text?.length)).toEqual([
      half.length,
      undefined,
      half.length,
    ])
    expect(texts).toHaveLength(1)
  })
})

describe('a document that another one replaces', () => {
  const target = { identifier: { system: 'urn:notes', value: '1' } }
  const first = document({ identifier: [target.identifier] })
  const second = (more: Record<string, unknown> = {}) =>
    document({ id: 'd2', relatesTo: [{ code: 'replaces', target }], ...more })
  const statusesOf = async (other: object) =>
    (await rowsOf(documents, [first, other])).rows.map(({ status }) => status)

  it('is superseded, whatever its own entry says', async () => {
    expect(await statusesOf(second())).toEqual(['superseded', 'current'])
    const { rows } = await rowsOf(documents, [second()])
    expect(fieldOf(documents, rows[0], 'relatesTo')).toEqual([
      { relation: 'REPLACES', identifier: target.identifier, display: undefined },
    ])
  })

  it.each([
    ['is entered in error', { status: 'entered-in-error' }],
    ['was a mistake itself', { docStatus: 'entered-in-error' }],
    ['is not finished', { docStatus: 'preliminary' }],
    ['is another owner’s', { custodian: undefined }],
    ['only adds to it', { relatesTo: [{ code: 'appends', target }] }],
  ])('is not where the other %s', async (_, more) => {
    expect((await statusesOf(second(more)))[0]).toBe('current')
  })

  it('tells no number of a person as what it replaces', async () => {
    const person = { identifier: { system: FNR, value: '05898597468' } }
    const { rows } = await rowsOf(documents, [
      document({ relatesTo: [{ code: 'appends', target: person }] }),
    ])
    expect(fieldOf(documents, rows[0], 'relatesTo')).toMatchObject([{ identifier: undefined }])
  })
})

describe('who may see a document', () => {
  const labelled = async (system: string, code: string) => {
    const { rows } = await rowsOf(documents, [
      document({ securityLabel: [{ coding: [{ system, code }] }] }),
    ])
    return rows[0]?.labels
  }
  const HL7 = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

  it('is what its own labels say, too', async () => {
    expect(await labelled('urn:oid:2.16.578.1.12.4.1.1.9603', 'NORS')).toEqual(['NORS'])
    expect(await labelled(HL7, 'V')).toEqual(['V'])
    expect(await labelled(HL7, 'N')).toEqual([])
  })

  it('is told of at intake where kind or time are not told', async () => {
    expect((await toldOf({ type: undefined, date: undefined }))?.texts).toHaveLength(2)
  })
})
