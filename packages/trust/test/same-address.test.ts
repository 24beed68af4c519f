import { describe, expect, it } from '@jest/globals'
import { sameAddress } from '../src/same-address.js'

const own = 'https://gateway.example/graphql'

// What a browser's address bar takes for the same; no two parsers agree on it (T2, check 9).
const noUris = [
  'https:\\\\gateway.example\\graphql',
  'https://gateway.example\\graphql',
  'https:gateway.example/graphql',
  'https:/gateway.example/graphql',
  'https:///gateway.example/graphql',
  ' https://gateway.example/graphql',
  'https://gateway.example/graphql ',
  'https://gateway.example/graph\nql',
  'https://gatew\tay.example/graphql',
  'https://ｇateway.example/graphql',
  'https://@gateway.example/graphql',
]

describe('the address that a proof is for', () => {
  it.each(noUris)('is not %j, which is no URI', (htu) => {
    expect(sameAddress(htu, own)).toBe(false)
  })

  it('is no other way to write the number of a host', () => {
    const numbered = 'http://127.0.0.1:4000/graphql'
    for (const host of ['0x7f.1', '127.1', '2130706433', '0177.0.0.1']) {
      expect(sameAddress(`http://${host}:4000/graphql`, numbered)).toBe(false)
    }
    expect(sameAddress(numbered, numbered)).toBe(true)
    expect(sameAddress('http://[::1]:4000/a', 'http://[::1]:4000/a')).toBe(true)
  })

  it.each([
    own,
    'https://gateway.example:443/graphql',
    'https://gateway.example:/graphql',
    'HTTPS://GATEWAY.example/graphql?a=b#c',
  ])('may be written as %s', (htu) => {
    expect(sameAddress(htu, own)).toBe(true)
  })

  it('is found out in no time, however long', () => {
    const started = process.cpuUsage()
    const long = `https://${'a:1'.repeat(2_600)}\u0000`
    for (let times = 0; times < 100; times += 1) sameAddress(long, own)
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000)
  })
})
