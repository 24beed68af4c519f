import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from '@jest/globals'
import { findFiles } from '../src/load/find-files.js'
import type { Part, Unusable } from '../src/load/part.js'
import { readParts } from '../src/load/read-parts.js'

const observation = (id: string, more = '') =>
  `{"resourceType":"Observation","id":"${id}","valueQuantity":{"value":7.0}${more}}`
const entry = (id: string, more = '') =>
  `{"fullUrl":"https://x.invalid/${id}","resource":${observation(id, more)}}`
const many = (count: number, more = '') =>
  Array.from({ length: count }, (_, index) => entry(`o${index}`, more))
const bundle = (type: string, entries: readonly string[]) =>
  `{"resourceType":"Bundle","entry":[${entries.join(', ')}],"type":"${type}"}`

describe('what is to be loaded', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-load-'))
  })
  const write = (name: string, content: string | Buffer) => writeFile(join(folder, name), content)
  const partsOf = async (name = '.') => {
    const found: (Part | Unusable)[] = []
    for await (const one of readParts(await findFiles(name, folder))) found.push(one)
    return found
  }

  it('goes as it stands where it is a small Bundle', async () => {
    const text = bundle('batch', many(3))
    await write('a.json', text)
    const [part, ...rest] = await partsOf('a.json')
    expect(rest).toEqual([])
    expect(part).toEqual({
      kind: 'part',
      body: text,
      origins: [0, 1, 2].map((index) => ({ file: 'a.json', place: `Bundle.entry[${index}]` })),
      bytesRead: Buffer.byteLength(text),
    })
  })

  it('goes in parts of 500 entries, to the digit as it was written', async () => {
    await write('a.json', bundle('batch', many(1_201)))
    const parts = (await partsOf('a.json')) as Part[]
    expect(parts.map(({ origins }) => origins.length)).toEqual([500, 500, 201])
    const [first, second] = parts
    expect(first?.body).toContain('"value":7.0}')
    expect(second?.origins[0]).toEqual({ file: 'a.json', place: 'Bundle.entry[500]' })
    const texts = parts.flatMap(({ body }) => JSON.parse(body).entry)
    expect(texts).toEqual(many(1_201).map((text) => JSON.parse(text)))
  })

  it('goes whole where it is a transaction', async () => {
    await write('a.json', bundle('transaction', many(1_201)))
    expect(await partsOf('a.json')).toHaveLength(1)
  })

  it('takes the patient along into every part that refers to it', async () => {
    const subject = ',"subject":{"reference":"urn:uuid:p"}'
    const patient = '{"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","id":"p1"}}'
    const device = '{"resource":{"resourceType":"Device","id":"d1"}}'
    const last = [entry('last', ',"device":{"reference":"Device/d1"}')]
    await write('a.json', bundle('collection', [patient, device, ...many(1_000, subject), ...last]))
    const parts = (await partsOf('a.json')) as Part[]
    const types = parts.map(({ body }) =>
      JSON.parse(body).entry.map(
        (one: { resource: { resourceType: string } }) => one.resource.resourceType,
      ),
    )
    const helpers = types.map((list: string[]) => list.filter((type) => type !== 'Observation'))
    expect(helpers).toEqual([['Patient', 'Device'], ['Patient'], ['Patient', 'Device']])
    expect(parts[1]?.origins[0]).toEqual({ file: 'a.json', place: 'Bundle.entry[0]', again: true })
    expect(parts.flatMap(({ origins }) => origins.filter(({ again }) => !again))).toHaveLength(
      1_003,
    )
  })

  it('is gathered from single Observations of all files', async () => {
    await write('a.json', observation('a'))
    await write('b.ndjson', `${observation('b')}\r\n\n${observation('not an id')}\n`)
    await write('c.ndjson.gz', gzipSync(`${observation('c')}\n`))
    await write('d.json.gz', gzipSync(`\uFEFF${observation('d')}`))
    await mkdir(join(folder, 'deeper'))
    await writeFile(join(folder, 'deeper', 'e.json'), observation('e'))
    await write('readme.txt', 'nothing')
    const [part, ...rest] = (await partsOf()) as Part[]
    expect(rest).toEqual([])
    expect(part?.origins).toEqual([
      { file: 'a.json' },
      { file: 'b.ndjson', place: 'line 1' },
      { file: 'b.ndjson', place: 'line 3' },
      { file: 'c.ndjson.gz', place: 'line 1' },
      { file: 'd.json.gz' },
      { file: join('deeper', 'e.json') },
    ])
    const requests = JSON.parse(part?.body ?? '').entry.map(
      (one: { request: object }) => one.request,
    )
    expect(requests).toEqual([
      { method: 'PUT', url: 'Observation/a' },
      { method: 'PUT', url: 'Observation/b' },
      { method: 'POST', url: 'Observation' },
      { method: 'PUT', url: 'Observation/c' },
      { method: 'PUT', url: 'Observation/d' },
      { method: 'PUT', url: 'Observation/e' },
    ])
  })

  it('is gathered into batches of 500 lines', async () => {
    await write(
      'a.ndjson',
      Array.from({ length: 1_001 }, (_, index) => observation(`o${index}`)).join('\n'),
    )
    const parts = (await partsOf('a.ndjson')) as Part[]
    expect(parts.map(({ origins }) => origins.length)).toEqual([500, 500, 1])
    expect(parts.at(-1)?.body).toContain('7.0')
  })

  it('is left out, with the reason, where it cannot be used; the rest goes on', async () => {
    await write('1.json', '{"resourceType":"Observation",\n  "id":}')
    await write('2.json', '{"resourceType":"Patient","id":"p"}')
    await write('3.json', bundle('searchset', many(1)))
    await write('4.json', '[1, 2]')
    await write('5.json', '{"resourceType":"Bundle","type":"batch","entry":{}}')
    await write('6.json.gz', 'no gzip')
    await write('7.json', Buffer.from([0x22, 0xe5, 0x22]))
    await write('8.ndjson', `${observation('x')}\nnull\n`)
    const found = await partsOf()
    const reasons = found.flatMap((one) =>
      one.kind === 'unusable' ? [[one.origin.file, one.code, one.reason]] : [],
    )
    expect(reasons).toEqual([
      ['1.json', 'FILE_NOT_JSON', 'is not JSON (line 2, column 8)'],
      [
        '2.json',
        'FILE_NOT_FHIR',
        'is a resource of type Patient; only Bundle and Observation are loaded',
      ],
      [
        '3.json',
        'FILE_NOT_FHIR',
        'is a Bundle of type searchset; only batch, collection and transaction are loaded',
      ],
      ['4.json', 'FILE_NOT_FHIR', 'is no FHIR resource: it has no resourceType'],
      ['5.json', 'FILE_NOT_FHIR', 'is a Bundle whose entry is no list of entries'],
      ['6.json.gz', 'FILE_UNREADABLE', 'cannot be read: it is no gzip file'],
      ['7.json', 'FILE_UNREADABLE', 'cannot be read: it is not UTF-8 text'],
      ['8.ndjson', 'FILE_NOT_FHIR', 'is no FHIR resource: it has no resourceType'],
    ])
    expect(found.filter(({ kind }) => kind === 'part')).toHaveLength(1)
  })

  it('is refused where there is nothing', async () => {
    await expect(findFiles('.', folder)).rejects.toMatchObject({
      code: 'FILE_NOT_FHIR',
      publicText: '. holds no file to load (.json or .ndjson, also with .gz).',
    })
    await expect(findFiles('a.json', folder)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      publicText: 'a.json cannot be read: there is no such file.',
    })
  })
})
