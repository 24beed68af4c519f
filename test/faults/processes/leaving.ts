import { gzipSync } from 'node:zlib'
import { expect, it } from '@jest/globals'
import { recordsIn } from '../../e2e/audit/logs.js'
import { refusalIn, signedPost } from '../../kit/signed-post.js'
import { operations } from '../../simulation/operations.js'
import { patientNumbers } from './holding.js'
import { note, type Setting, scaled, sessionFor } from './setting.js'

const variables = { identifier: patientNumbers[0], first: 10, order: 'NEWEST_FIRST' }
const body = JSON.stringify({ query: operations.LIST, variables })

/** R17, and the client's side of R8. */
export function leaving(setting: () => Setting): void {
  const times = scaled(12, 1_000)

  it(`R17: leaves at any time, ${times} times: every source is let off, and the access is on record`, async () => {
    const { network, sources } = setting()
    for (const { proxy } of sources) proxy.poison({ timeout: true })
    const open = (): number => sources.reduce((sum, { proxy }) => sum + proxy.open(), 0)
    const before = (await recordsIn(network, { gateway: 'gp' })).length
    const letOffMs: number[] = []
    for (let time = 0; time < times; time++) {
      const client = new AbortController()
      const asked = post(setting(), client.signal)
      await until(() => open() >= sources.length)
      await new Promise((resolve) => setTimeout(resolve, (time * 13) % 100))
      client.abort()
      const leftAt = performance.now()
      await expect(asked).rejects.toThrow('aborted')
      await until(() => open() === 0)
      letOffMs.push(performance.now() - leftAt)
    }
    for (const { proxy } of sources) proxy.poison({})
    await until(async () => (await recordsIn(network, { gateway: 'gp' })).length >= before + times)
    note('R17', { slowestMs: Math.max(...letOffMs) })
  }, 600_000)

  it('R8: sends a compressed request, which is refused as it is: it may be a decompression bomb', async () => {
    const { network } = setting()
    const session = sessionFor(setting(), 0)
    const bomb = gzipSync(Buffer.alloc(20_000_000, ' ')).toString('latin1')
    const before = process.memoryUsage.rss()
    const refused = await signedPost({
      url: `${network.gateway}/graphql`,
      body: bomb,
      token: session.token.value,
      proof: session.proof,
      headers: { 'content-encoding': 'gzip' },
    })
    expect(refusalIn(refused)).toMatchObject({ status: 415, code: 'MEDIA_TYPE_NOT_SUPPORTED' })
    note('R8', { memoryMB: (process.memoryUsage.rss() - before) / 2 ** 20 })
  })
}

function post(setting: Setting, signal: AbortSignal): Promise<Response> {
  const url = `${setting.network.gateway}/graphql`
  const session = sessionFor(setting, 0)
  const accessToken = session.token.value
  const dpop = session.proof.sign({ method: 'POST', url, accessToken, body: Buffer.from(body) })
  const headers = {
    'content-type': 'application/json',
    authorization: `DPoP ${accessToken}`,
    dpop,
  }
  return fetch(url, { method: 'POST', body, headers, signal })
}

/** @throws Error where it never comes to that */
async function until(test: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 3_000; tries++) {
    if (await test()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('that never came')
}
