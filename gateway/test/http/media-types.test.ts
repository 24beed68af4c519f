import { describe, expect, it } from '@jest/globals'
import { isJson, negotiate, wantsEvents } from '../../src/http/media-types.js'

const RESPONSE = 'application/graphql-response+json'
const JSON_TYPE = 'application/json'

describe('what an answer is sent as', () => {
  it.each<readonly [string | undefined, string | undefined]>([
    [undefined, JSON_TYPE],
    ['', JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    [JSON_TYPE, JSON_TYPE],
    [RESPONSE, RESPONSE],
    [`${JSON_TYPE}, ${RESPONSE}`, RESPONSE],
    [`${RESPONSE};q=0.5, ${JSON_TYPE};q=0.6`, JSON_TYPE],
    [`${RESPONSE}; charset=utf-8, ${JSON_TYPE};q=0.9`, RESPONSE],
    [`${RESPONSE};charset=latin1, ${JSON_TYPE};q=0.1`, JSON_TYPE],
    [`${JSON_TYPE};q=0, */*`, RESPONSE],
    ['APPLICATION/JSON', JSON_TYPE],
    ['text/html, */*;q=0.1', JSON_TYPE],
    ['text/html', undefined],
    [`${JSON_TYPE};q=0`, undefined],
    ['*/*;q=0', undefined],
    [`${JSON_TYPE};q=nonsense`, undefined],
    ['multipart/mixed; deferSpec=20220824', undefined],
  ])('for %s is %s', (accept, type) => {
    expect(negotiate(accept)).toBe(type)
  })
})

describe('a stream of events', () => {
  it.each<readonly [string | undefined, boolean]>([
    ['text/event-stream', true],
    ['text/event-stream, application/json;q=0.9', true],
    ['application/json, text/event-stream', true],
    ['application/json, text/event-stream;q=0.5', false],
    ['text/event-stream;q=0', false],
    ['text/*', false],
    ['*/*', false],
    [undefined, false],
  ])('is wanted by %s: %s', (accept, expected) => {
    expect(wantsEvents(accept)).toBe(expected)
  })
})

describe('what a request may be', () => {
  it.each<readonly [string | undefined, boolean]>([
    ['application/json', true],
    ['application/json; charset=utf-8', true],
    ['Application/JSON;charset="UTF-8"', true],
    ['application/json; charset=utf-16', false],
    ['application/json+x', false],
    ['text/plain', false],
    ['text/plain; application/json', false],
    ['application/x-www-form-urlencoded', false],
    ['multipart/form-data; boundary=x', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (type, expected) => {
    expect(isJson(type)).toBe(expected)
  })
})
