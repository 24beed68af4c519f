import { once } from 'node:events'
import { request } from 'node:https'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { createServer as createTlsServer, connect as tlsConnect } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { followTls } from '../src/follow-tls.js'
import {
  createServer,
  readConfig,
  silentLogger,
  tlsOf,
  tlsProblems,
  tlsSettings,
} from '../src/index.js'
import { readTls } from '../src/tls.js'
import { type Pem, selfSigned, tlsFolder } from './certificates.js'

let first: Pem
let second: Pem
let folder: Awaited<ReturnType<typeof tlsFolder>>
beforeAll(async () => {
  first = await selfSigned('first')
  second = await selfSigned('second')
  folder = await tlsFolder()
  await folder.put(first)
})
afterAll(() => folder.remove())

const ended: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

async function serve() {
  const server = createServer({
    ...{ logger: silentLogger, bodyLimitBytes: 1_000, health: () => [] },
    tls: folder.files,
  })
  ended.push(() => server.stop(0))
  return { server, url: await server.listen(0, '127.0.0.1') }
}

async function get(url: string, ca: string): Promise<string> {
  const asked = request(url, { ca, agent: false }).end()
  const [response] = await once(asked, 'response')
  return text(response)
}

describe('a server with a certificate', () => {
  it('speaks https and nothing else', async () => {
    const { url } = await serve()
    expect(url).toMatch(/^https:/)
    expect(await get(`${url}/health/live`, first.cert)).toBe('{"status":"live"}')
    await expect(get(`${url}/health/live`, second.cert)).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
    const plain = connect(Number(new URL(url).port), '127.0.0.1').resume()
    plain.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
    await once(plain, 'close')
  })

  it('refuses versions of TLS before 1.2', async () => {
    const { url } = await serve()
    const port = Number(new URL(url).port)
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const
    const [fault] = await once(
      tlsConnect({ ...old, port, host: '127.0.0.1', ca: first.cert }).on('secureConnect', () => {}),
      'error',
      // An `error` event is what is waited for, not a reason to reject.
    ).catch((error) => [error])
    expect(fault).toMatchObject({ code: expect.stringMatching(/ALERT_PROTOCOL_VERSION/) })
  })

  it('stops at once, with a connection kept alive and one that said nothing', async () => {
    const { server, url } = await serve()
    const port = Number(new URL(url).port)
    const idle = tlsConnect({ port, host: '127.0.0.1', ca: first.cert }).resume()
    await once(idle, 'secureConnect')
    const closed = once(idle, 'close')
    await server.stop(60_000)
    await closed
  })
})

describe('a certificate that is replaced', () => {
  it('holds for connections from then on; one that cannot be used is told and changes nothing', async () => {
    const lines: string[] = []
    const note = (_fields: object, line: string) => void lines.push(line)
    const logger = { ...silentLogger, info: note, error: note }
    const server = createTlsServer(readTls(folder.files), (socket) => socket.end())
    const end = followTls(server, { files: folder.files, logger, everyMs: 5 })
    ended.push(async () => {
      end()
      server.close()
      await folder.put(first)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const said = async (line: string) => {
      while (!lines.includes(line)) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const shown = async () => {
      const { port } = server.address() as { port: number }
      const socket = tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false })
      await once(socket, 'secureConnect')
      const { subject } = socket.getPeerCertificate()
      socket.destroy()
      return subject.CN
    }
    expect(await shown()).toBe('first')
    await folder.put({ key: second.key })
    await said('the new TLS certificate or its key cannot be used: the old one goes on')
    expect(await shown()).toBe('first')
    await folder.put({ cert: second.cert })
    await said('TLS certificate replaced')
    expect(await shown()).toBe('second')
  })
})

describe('the settings of TLS', () => {
  const problems = (env: Readonly<Record<string, string>>) =>
    tlsProblems(readConfig(tlsSettings, env))
  const both = (certificate: string, key: string) => ({
    KILDE_TLS_CERTIFICATE_PATH: certificate,
    KILDE_TLS_KEY_PATH: key,
  })

  it('are none or both, of files that can be read and belong together', async () => {
    const { certificatePath, keyPath } = folder.files
    expect(problems({})).toEqual([])
    expect(tlsOf(readConfig(tlsSettings, {}))).toBeUndefined()
    expect(problems(both(certificatePath, keyPath))).toEqual([])
    const { KILDE_TLS_KEY_PATH: _, ...alone } = both(certificatePath, keyPath)
    expect(problems(alone)).toEqual(['KILDE_TLS_CERTIFICATE_PATH: needs KILDE_TLS_KEY_PATH'])
    expect(problems(both('', keyPath))).toEqual([
      'KILDE_TLS_KEY_PATH: needs KILDE_TLS_CERTIFICATE_PATH',
    ])
  })

  it('are named with what is wrong, and never with what stands in a file', async () => {
    const { certificatePath, keyPath } = folder.files
    const names = 'KILDE_TLS_CERTIFICATE_PATH, KILDE_TLS_KEY_PATH'
    expect(problems(both('/nowhere/tls.crt', keyPath))).toEqual([
      `${names}: a file cannot be read (ENOENT)`,
    ])
    expect(problems(both(keyPath, keyPath))).toEqual([`${names}: no certificate and key in PEM`])
    await folder.put({ key: second.key })
    expect(problems(both(certificatePath, keyPath))).toEqual([
      `${names}: the key is not that of the certificate`,
    ])
    await folder.put(first)
  })
})
