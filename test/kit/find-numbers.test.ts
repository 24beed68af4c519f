import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { patients, personas } from '@kilde/people'
import { findNumbers, holdsNumber } from './find-numbers.js'
import { startWatch, type Watch } from './watch.js'

const { identifier } = patients.copd

describe('a look for identity numbers', () => {
  it('finds a number of the demo bare, split, glued to letters, and within a token', () => {
    const spelled = [
      identifier,
      `${identifier.slice(0, 6)} ${identifier.slice(6)}`,
      `${identifier.slice(0, 6)}-${identifier.slice(6)}`,
      `patient${identifier}x`,
      `urn:oid:2.16.578.1.12.4.1.4.1|${identifier}`,
      encodeURIComponent(`a|${identifier}`),
      ...['', 'a', 'ab'].map((before) =>
        Buffer.from(`${before}${identifier}"}`).toString('base64url'),
      ),
    ]
    for (const text of spelled) expect(holdsNumber(`before ${text} after`)).toBe(true)
  })

  it('finds the number of every persona and patient', () => {
    const numbers = [...personas.map(({ pid }) => pid), ...Object.values(patients).map(numberOf)]
    for (const number of numbers) expect(holdsNumber(`{"pid":"${number}"}`)).toBe(true)
  })

  it('finds a valid number of anybody else', () => {
    for (const text of [`fault for ${somebody}.`, `310000108.${somebody}`, `a:${somebody},`])
      expect([text, holdsNumber(text)]).toEqual([text, true])
  })

  it('finds numbers among bytes that are no text', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0x00, 0xfe]), Buffer.from(identifier)])
    expect(holdsNumber(bytes)).toBe(true)
  })

  it('lets through instants, organisation numbers, counts, digests and identifiers of requests', () => {
    const harmless = [
      '1760412345678',
      '310000108',
      '2026-03-14T07:31:00+01:00',
      '12345678901',
      `00000000-0000-4000-8000-a${somebody}`,
      `a${somebody}b0000000000000000000`,
      `{"value":9.${somebody}}`,
      '',
    ]
    for (const text of harmless) expect([text, holdsNumber(text)]).toEqual([text, false])
  })

  it('names each place once', () => {
    const traces = [
      { where: 'a log', content: identifier },
      { where: 'a log', content: identifier },
      { where: 'a file', content: 'nothing' },
    ]
    expect(findNumbers(traces)).toEqual(['a log'])
  })
})

describe('a watch over services', () => {
  let watch: Watch
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-kit-'))
    watch = startWatch()
  })
  afterEach(async () => {
    watch.stop()
    await rm(folder, { recursive: true })
  })

  it('finds nothing where nothing was written', async () => {
    await expect(watch.search(folder)).resolves.toBeUndefined()
  })

  it('finds a number in a field of a log line, and in an error there', async () => {
    watch.logger.warn({ about: identifier }, 'fixed words')
    await expect(watch.search(folder)).rejects.toThrow('stands in: log line 0 (warn)')
    watch.logger.error({ cause: new Error(`no ${identifier}`) }, 'fixed words')
    await expect(watch.search(folder)).rejects.toThrow('log line 1 (error)')
  })

  it('never tells the number itself', async () => {
    watch.logger.info({}, `asked about ${identifier}`)
    await expect(watch.search(folder)).rejects.not.toThrow(identifier)
  })

  it('finds a number that a library prints', async () => {
    watch.stop()
    const speakAgain = mute()
    watch = startWatch()
    console.info('about', Number(somebody))
    process.stderr.write(`${identifier}\n`)
    watch.stop()
    speakAgain()
    const found = watch.search(folder)
    await expect(found).rejects.toThrow('console.info')
    await expect(found).rejects.toThrow('stderr')
  })

  it('finds a number in a file, in the name of a file, but not in a database', async () => {
    for (const name of ['audit/310000108', 'postgres/data'])
      await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, 'postgres/data/1'), identifier)
    await expect(watch.search(folder)).resolves.toBeUndefined()
    await writeFile(join(folder, 'audit/310000108/1.jsonl'), Buffer.from(`\0${identifier}`))
    await expect(watch.search(folder)).rejects.toThrow('file audit/#/1.jsonl')
    await writeFile(join(folder, `${identifier}.json`), '')
    await expect(watch.search(folder)).rejects.toThrow('name of a file')
  })

  it('finds a number in an address, also an encoded one', async () => {
    await fromServer((_, answer) => answer.end('fine'), [`/?patient=a%7C${spaced}`])
    await expect(watch.search(folder)).rejects.toThrow(/address of a GET at port \d+$/)
  })

  it('finds a number in an error that a service answers, written in parts', async () => {
    await fromServer((_, answer) => {
      answer.writeHead(404).write(`{"errors":["no ${identifier.slice(0, 5)}`)
      answer.end(`${identifier.slice(5)}"]}`)
    })
    await expect(watch.search(folder)).rejects.toThrow('answer 404 to a GET')
  })

  it('finds a number in data that are no error', async () => {
    await fromServer((_, answer) => answer.end(identifier))
    await expect(watch.search(folder)).rejects.toThrow('answer 200 to a GET')
  })

  it('finds a number in a header of an answer', async () => {
    await fromServer((_, answer) => answer.setHeader('location', `/of/${identifier}`).end())
    await expect(watch.search(folder)).rejects.toThrow('answer 200 to a GET')
  })

  it('lets identity tell numbers in its pages, but not in its errors', async () => {
    const told = (status: number) => (port: number, answer: ServerResponse) => {
      watch.identityAt(port)
      answer.writeHead(status).end(identifier)
    }
    await fromServer(told(200))
    await expect(watch.search(folder)).resolves.toBeUndefined()
    await fromServer(told(400))
    await expect(watch.search(folder)).rejects.toThrow('answer 400 to a GET')
  })
})

const numberOf = (patient: { readonly identifier: string }): string => patient.identifier
const spaced = `${identifier.slice(0, 6)}+${identifier.slice(6)}`
/** A synthetic number (birth month + 80) of no persona and no patient. */
const somebody = '28891550067'

/** The numbers of this test must not stand in the log of the tests. */
function mute(): () => void {
  const { info } = console
  const write = process.stderr.write.bind(process.stderr)
  process.stderr.write = () => true
  console.info = () => undefined
  return () => {
    process.stderr.write = write
    console.info = info
  }
}

async function fromServer(
  answer: (port: number, response: ServerResponse) => void,
  paths: readonly string[] = ['/'],
): Promise<void> {
  const server = createServer((request, response) =>
    answer(request.socket.localPort ?? 0, response),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  for (const path of paths) await (await fetch(`http://127.0.0.1:${port}${path}`)).text()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
