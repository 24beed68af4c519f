import { describe, expect, it } from '@jest/globals'
import { readmeQuery } from '@kilde/demo'
import { parse } from 'graphql'
import { completenessOf } from '../src/query/completeness.js'

const verdict = (query: string, data: unknown, operation?: string) =>
  completenessOf(data, parse(query), operation)

const ask = (selection: string) =>
  `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations { ${selection} } } }`
const list = (observations: unknown) => ({ patient: { observations } })

describe('an answer', () => {
  it('is complete when every list says so', () => {
    const two = ask('complete } newest: observations { complete')
    expect(
      verdict(two, { patient: { observations: { complete: true }, newest: { complete: true } } }),
    ).toBe('COMPLETE')
    expect(
      verdict(two, { patient: { observations: { complete: true }, newest: { complete: false } } }),
    ).toBe('INCOMPLETE')
  })

  it('is incomplete under whatever name a list says so', () => {
    const hidden = ask('complete: nodes { id } all: complete')
    expect(verdict(hidden, list({ complete: [], all: false }))).toBe('INCOMPLETE')
    const inFragment = `${ask('...F')} fragment F on ObservationConnection { ... on ObservationConnection { c: complete } }`
    expect(verdict(inFragment, list({ c: false }))).toBe('INCOMPLETE')
    expect(verdict(inFragment, list({ c: true }))).toBe('COMPLETE')
  })

  it('is not incomplete because another field was given the name `complete`', () => {
    const faked = ask('complete nodes { complete: conflict }')
    expect(verdict(faked, list({ complete: true, nodes: [{ complete: false }] }))).toBe('COMPLETE')
  })

  it('is judged by the sources where `complete` was not asked for', () => {
    const query = ask('nodes { id } sources { status }')
    const sources = (...statuses: string[]) =>
      list({ nodes: [], sources: statuses.map((status) => ({ status })) })
    expect(verdict(query, sources('OK', 'EMPTY'))).toBe('COMPLETE')
    for (const status of ['TRUNCATED', 'TIMED_OUT', 'NOT_ASKED', 'A_LATER_STATUS']) {
      expect(verdict(query, sources('OK', status))).toBe('INCOMPLETE')
    }
  })

  it('is incomplete where a source dropped or withholds something', () => {
    const query = ask('sources { s: status w: withheld d: dropped }')
    const source = (more: object) => list({ sources: [{ s: 'OK', w: 'NONE', d: 0, ...more }] })
    expect(verdict(query, source({}))).toBe('COMPLETE')
    expect(verdict(query, source({ d: 1 }))).toBe('INCOMPLETE')
    expect(verdict(query, source({ w: 'NOT_DISCLOSED' }))).toBe('INCOMPLETE')
  })

  it('is incomplete where the counts say that a source is missing', () => {
    const query = ask('completeness { failed catalogueStale } sources { status }')
    const counts = (failed: number, catalogueStale: boolean) =>
      list({ completeness: { failed, catalogueStale }, sources: [{ status: 'OK' }] })
    expect(verdict(query, counts(0, false))).toBe('COMPLETE')
    expect(verdict(query, counts(1, false))).toBe('INCOMPLETE')
    expect(verdict(query, counts(0, true))).toBe('INCOMPLETE')
  })

  it('leaves open whether it is complete where nothing was asked for that tells', () => {
    expect(verdict(ask('nodes { id }'), list({ nodes: [] }))).toBe('UNKNOWN')
    expect(verdict(ask('completeness { failed }'), list({ completeness: { failed: 0 } }))).toBe(
      'UNKNOWN',
    )
    expect(verdict(ask('sources { returned }'), list({ sources: [{ returned: 0 }] }))).toBe(
      'UNKNOWN',
    )
    expect(verdict(ask('complete'), { patient: null })).toBe('UNKNOWN')
  })

  it('without clinical lists is complete', () => {
    expect(verdict('{ organizations { name } }', { organizations: [{ name: 'a' }] })).toBe(
      'COMPLETE',
    )
  })

  it('is judged by the operation that was asked', () => {
    const two = `query A { organizations { name } } ${ask('complete').replace('query', 'query B')}`
    expect(verdict(two, list({ complete: false }), 'B')).toBe('INCOMPLETE')
  })
})

describe('the README’s query', () => {
  it('asks for nothing without its completeness', () => {
    const answer = (complete: boolean) => ({
      patient: { observations: { nodes: [], complete, sources: [] } },
    })
    expect(verdict(readmeQuery, answer(true))).toBe('COMPLETE')
    expect(verdict(readmeQuery, answer(false))).toBe('INCOMPLETE')
  })
})
