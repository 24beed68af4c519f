import { afterEach, describe, expect, it } from '@jest/globals'
import { patients, personas } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { change, documents, liftAll, refusalOf, settingsOf } from './settings.js'

const notAllowed = {
  status: 403,
  code: 'PRIVACY_NOT_ALLOWED',
  message: 'You may not do this for this person.',
}
const pidOf = (key: string) => personas.find((one) => one.key === key)?.pid

/** Who may state what about whom, and what the service takes. */
export function service(network: () => WatchedNetwork): void {
  const ask = (persona: string, query: string, variables = {}) =>
    network().askPrivacy(persona, query, variables)

  const lift = async () => {
    for (const persona of ['patient', 'parent', 'proxy']) await liftAll(network(), persona)
  }

  describe('a patient', () => {
    afterEach(lift)

    it('states, reads and lifts; the same statement twice is one', async () => {
      const variables = { data: { organization: '310000108' }, recipient: { group: 'SP' } }
      const first = await change(network(), 'patient', 'block', variables)
      const again = await change(network(), 'patient', 'block', variables)
      expect(again.statements.map(({ id }) => id)).toEqual(first.statements.map(({ id }) => id))
      const { statements } = await settingsOf(network(), 'patient')
      expect(statements).toMatchObject([
        {
          kind: 'BLOCK',
          registeredBy: 'PATIENT',
          data: variables.data,
          recipient: { group: 'SP' },
        },
      ])
      const id = statements[0]?.id
      expect((await change(network(), 'patient', 'lift', { id })).statements).toHaveLength(1)
      expect((await settingsOf(network(), 'patient')).statements).toEqual([])
      expect(refusalOf(await ask('patient', documents.lift, { id }))).toEqual({
        status: 404,
        code: 'PRIVACY_STATEMENT_UNKNOWN',
        message: 'There is no such statement in force.',
      })
    })

    it('is told what is wrong with a statement, and never a number', async () => {
      const wrong = { data: { organization: '123456789', item: patients.copd.identifier } }
      const refused = refusalOf(await ask('patient', documents.block, wrong))
      expect(refused).toMatchObject({ status: 400, code: 'PRIVACY_INPUT' })
      expect(refused.message).toContain('data.organization: is no organisation number')
      expect(refused.message).not.toContain(patients.copd.identifier)
    })

    it('puts numbers of persons into variables alone', async () => {
      const literal = `mutation { appoint(representative: "${pidOf('proxy')}") { version } }`
      expect(refusalOf(await ask('patient', literal))).toEqual({
        status: 400,
        code: 'PRIVACY_INPUT',
        message: 'The GraphQL request is not valid: numbers of persons belong into variables',
      })
    })
  })

  describe('somebody who represents', () => {
    afterEach(lift)

    it('states for a child under 12, and never undoes what the person stated alone', async () => {
      const { statements } = await change(network(), 'parent', 'block', {})
      expect(statements).toMatchObject([{ kind: 'BLOCK', registeredBy: 'PARENT' }])
      expect((await settingsOf(network(), 'parent')).representation).toMatchObject([
        { kind: 'PARENT' },
      ])
    })

    it('states by power of attorney what it covers, and no reservation', async () => {
      const { statements } = await change(network(), 'proxy', 'block', {})
      expect(statements).toMatchObject([{ registeredBy: 'POWER_OF_ATTORNEY' }])
      expect(refusalOf(await ask('proxy', documents.reserve))).toEqual(notAllowed)
    })

    it('may not appoint others, and a youth of 14 states nothing alone', async () => {
      const others = { representative: pidOf('proxy') }
      expect(refusalOf(await ask('parent', documents.appoint, others))).toEqual(notAllowed)
      expect(refusalOf(await ask('youth', documents.block))).toEqual(notAllowed)
    })
  })

  it('takes no token for another service, and nobody who works in health care', async () => {
    const session = await network().signIn('patient')
    const url = `${network().privacy}/graphql`
    const body = Buffer.from(JSON.stringify({ query: documents.settings }))
    const dpop = session.proof.sign({ method: 'POST', url, accessToken: session.token.value, body })
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        authorization: `DPoP ${session.token.value}`,
        dpop,
      },
    })
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status: 401,
      body: { errors: [{ extensions: { code: 'TOKEN_AUDIENCE' } }] },
    })
    expect(refusalOf(await ask('nurse', documents.settings))).toMatchObject({
      code: 'CALLER_KIND_NOT_ACCEPTED',
    })
  })
}
