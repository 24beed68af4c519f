import { describe, expect, it } from '@jest/globals'
import type { LocatedProvider } from '@kilde/catalogue'
import { operationDigest } from '@kilde/trust/context'
import { parse } from 'graphql'
import { compileMergePlan } from '../../src/merge/compile-plan.js'
import { contract } from '../../src/merge/contract.js'
import { Cursors } from '../../src/merge/cursor.js'
import { createFanOut } from '../../src/path/fan-out.js'
import { createPrepare } from '../../src/path/prepare.js'
import type { Fetch } from '../../src/path/stage.js'
import type { SourceQuestion } from '../../src/transport/ask-source.js'
import type { SourceAnswer } from '../../src/transport/source-answer.js'
import { askedBy, operationOf, patient, provider } from '../merge/ask-all.js'

const organizations = ['310000108', '310000205', '310000302', '310000507']

function fetchOf(below: string): Fetch {
  const document = parse(operationOf(`id ${below}`))
  const plan = compileMergePlan(contract, document, undefined, {})
  return createPrepare(new Cursors({ current: Buffer.alloc(32, 1) }))(askedBy(), plan, {
    identifier: 'x',
  })
}

/** Fans out with a transport that only notes what it was asked. */
async function fanOut(below: string, providers: readonly LocatedProvider[]) {
  const asked: { number: string; question: SourceQuestion }[] = []
  const ask = async (
    { number }: LocatedProvider,
    question: SourceQuestion,
  ): Promise<SourceAnswer> => {
    asked.push({ number, question })
    return { organization: number, status: 'EMPTY', reason: undefined, elapsedMs: 1, pages: [] }
  }
  const located = { providers, confirmedAtMs: 0, stale: false }
  const { answers } = await createFanOut({ ask, timeLeftMs: () => 1_000 })(fetchOf(below), located)
  return { asked, answers }
}

describe('fanning out', () => {
  it('asks every active source the same bytes, and answers for every located one', async () => {
    const providers = [
      provider('310000108'),
      provider('310000205', 'DRAINING'),
      provider('310000302', 'PAUSED'),
      provider('310000507'),
    ]
    const { asked, answers } = await fanOut('observations { complete }', providers)
    expect(asked.map(({ number }) => number)).toEqual(['310000108', '310000507'])
    expect(new Set(asked.map(({ question }) => question.body)).size).toBe(1)
    expect(
      answers.map(({ organization, status, reason }) => [organization, status, reason]),
    ).toEqual([
      ['310000108', 'EMPTY', undefined],
      ['310000205', 'NOT_ASKED', 'DRAINING'],
      ['310000302', 'NOT_ASKED', 'PAUSED'],
      ['310000507', 'EMPTY', undefined],
    ])
  })

  it('asks only the sources that were chosen, and says that the others were left out', async () => {
    const { asked, answers } = await fanOut(
      'observations(filter: { sources: ["310000205"] }) { complete }',
      organizations.map((number) => provider(number)),
    )
    expect(asked.map(({ number }) => number)).toEqual(['310000205'])
    expect(answers.filter(({ reason }) => reason === 'EXCLUDED')).toHaveLength(3)
  })

  it('tells a source the question and the ground, and nothing of who else is asked', async () => {
    const { asked } = await fanOut(
      'observations(first: 7, filter: { sources: ["310000205"] }) { complete }',
      [provider('310000205')],
    )
    const body = JSON.parse(Buffer.from(asked[0]?.question.body ?? []).toString('utf8')) as Record<
      string,
      unknown
    >
    expect(body['variables']).toEqual({
      identifier: `urn:oid:2.16.578.1.12.4.1.4.1|${patient.value}`,
      ask_0: true,
      filter_0: { superseding: true },
      first_0: 8,
      after_0: null,
      order_0: 'NEWEST_FIRST',
    })
    expect(body['extensions']).toEqual({
      kilde: {
        salt: expect.stringMatching(/^[\w-]{22}$/),
        purpose: 'TREAT',
        deadlineMs: 1_000,
        decisionRef: 'd1',
        requester: 'subject',
        patient: expect.stringMatching(/^[\w-]{22}$/),
        operation: operationDigest(String(body['query'])),
      },
    })
    expect(asked[0]?.question.subjectToken).toBe('requester-token')
  })

  it('asks a source only for the fields that it was chosen for', async () => {
    const { asked } = await fanOut(
      'a: observations(filter: { sources: ["310000205"] }) { complete } b: observations { complete }',
      [provider('310000108'), provider('310000205')],
    )
    const asks = asked.map(({ number, question }) => {
      const { variables } = JSON.parse(Buffer.from(question.body).toString('utf8')) as {
        variables: Record<string, unknown>
      }
      return [number, variables['ask_0'], variables['ask_1']]
    })
    expect(asks).toEqual([
      ['310000108', false, true],
      ['310000205', true, true],
    ])
  })

  it('asks nobody where only the handle was asked for', async () => {
    const { asked, answers } = await fanOut('', [provider('310000108')])
    expect([asked, answers]).toEqual([[], []])
  })
})
