import { describe, expect, it } from '@jest/globals'
import { addressFault, leadsElsewhere } from '../src/index.js'

const anywhere = { httpsOnly: false, loopback: true }
const production = { httpsOnly: true, loopback: false }
const fault = (url: string, rules = anywhere) => addressFault(new URL(url), rules)

describe('an address of a node', () => {
  it.each([
    'http://169.254.169.254',
    'http://[fe80::a9fe:a9fe]',
    'http://[64:ff9b::a9fe:a9fe]',
    'http://[fd00:ec2::254]',
    'http://metadata.google.internal.',
  ])('is nobody’s at %s', (url) => {
    expect(fault(url)).toBe('is the address of no host')
    expect(fault(url.replace('http:', 'https:'), production)).toBe('is the address of no host')
  })

  it('may be on this machine, or without TLS, only where that is allowed', () => {
    for (const host of [
      '127.0.0.1',
      '127.9.9.9',
      '[::1]',
      'localhost',
      'a.localhost.',
      '0x7f000001',
    ]) {
      expect(fault(`http://${host}:1`)).toBeUndefined()
      expect(fault(`https://${host}:1`, production)).toBe('is this machine itself')
    }
    expect(fault('http://node.example', production)).toBe('is not https')
    for (const host of ['node.example', '10.0.0.5', '[fd12::7]', 'localhost.example'])
      expect(fault(`https://${host}`, production)).toBeUndefined()
  })

  it('is not looked for where a name server says that a cloud’s metadata are', () => {
    for (const address of ['169.254.169.254', '100.100.100.200', '168.63.129.16', 'fd00:ec2::254'])
      expect(leadsElsewhere('node.example', address)).toBe(true)
    expect(leadsElsewhere('localhost', '127.0.0.1')).toBe(false)
    expect(leadsElsewhere('node.example', '127.0.0.1')).toBe(true)
  })
})
