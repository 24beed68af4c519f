import { expect, it } from '@jest/globals'
import { serverAudits } from 'graphql-http'

export interface AuditedServer {
  readonly url: string
  /** How a request is sent. Default: as it is. */
  readonly fetch?: typeof fetch
}

/** Ids of audits that a server does not pass on purpose, by the word of the specification. */
export interface Exceptions {
  readonly SHOULD: readonly string[]
  readonly MAY: readonly string[]
}

/** Runs every audit of GraphQL over HTTP: all that are MUST hold, and of the others all but the named ones. */
export function overHttp(server: () => AuditedServer, exceptions: Exceptions): void {
  const audits = serverAudits({
    url: () => server().url,
    fetchFn: (...args: Parameters<typeof fetch>) => (server().fetch ?? fetch)(...args),
  })
  const excepted = new Set([...exceptions.SHOULD, ...exceptions.MAY])
  it.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))(
    '$name ($id)',
    async ({ id, fn }) => {
      const { status } = await fn()
      if (excepted.has(id)) expect(status).not.toBe('ok')
      else expect(status).toBe('ok')
    },
  )
  it('keeps to every MUST', () => {
    const must = audits.filter(({ name }) => name.startsWith('MUST')).map(({ id }) => id)
    expect(must.filter((id) => excepted.has(id))).toEqual([])
    expect(must.length).toBeGreaterThan(10)
  })
}
