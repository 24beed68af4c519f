import { describe, expect, it } from '@jest/globals'
import { getIntrospectionQuery, parse } from 'graphql'
import { FragmentCycle, measure } from '../../src/measure.js'

const sizeOf = (text: string) => measure(parse(text))

describe('The measure of an operation', () => {
  it('counts levels, fields, aliases and directives', () => {
    expect(sizeOf('query @a { one: b @c { d { e } } f }')).toEqual({
      depth: 3,
      fields: 4,
      aliases: 1,
      directives: 2,
      rootFields: 2,
    })
  })

  it('is the same for equal meaning, however it is written', () => {
    const plain = 'query { a { b { c x: d } } e { b { c x: d } } }'
    const inline =
      'query { ... { a { ... { b { ... { c x: d } } } } } ... on Query { e { b { c x: d } } } }'
    const named =
      'query { ...R e { ...B } } fragment R on Query { a { ...B } } fragment B on T { b { ...C } } fragment C on T { c x: d }'
    expect(sizeOf(inline)).toEqual(sizeOf(plain))
    expect(sizeOf(named)).toEqual(sizeOf(plain))
  })

  it('counts a fragment wherever it is used, at each depth', () => {
    const text = 'query { ...F a { ...F b { ...F } } } fragment F on T { x: y { z } }'
    expect(sizeOf(text)).toMatchObject({ fields: 8, depth: 4, aliases: 3 })
  })

  it('takes the largest of each of several operations', () => {
    expect(sizeOf('query A { a { b { c } } } query B { x: a y: a }')).toMatchObject({
      depth: 3,
      fields: 3,
      aliases: 2,
      rootFields: 2,
    })
  })

  it('takes introspection for one field, but nothing that is only called so', () => {
    expect(sizeOf(getIntrospectionQuery())).toMatchObject({ depth: 1, fields: 1 })
    expect(sizeOf('{ __schema: a { b { c } } }')).toMatchObject({ depth: 3, fields: 3, aliases: 1 })
  })

  it('says where fragments hold each other', () => {
    const cycle = 'query { ...A } fragment A on T { a { ...B } } fragment B on T { ...A }'
    expect(() => sizeOf(cycle)).toThrow(FragmentCycle)
  })
})
