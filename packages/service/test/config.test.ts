import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import {
  type ConfigOf,
  checks,
  readConfig,
  redactNumbers,
  ServiceError,
  setting,
  startFault,
} from '../src/index.js'

const spec = {
  PORT: setting(checks.port(4_000), 'Port.'),
  WAIT_MS: setting(checks.milliseconds(100, 10, 1_000), 'Wait.'),
  KEY: setting(z.string().min(3), 'Key. Secret.'),
  URL: setting(checks.url().optional(), 'Address.'),
  LIST: setting(checks.json(z.array(z.string())).optional(), 'List.'),
} as const

const textOf = (
  env: Record<string, string>,
  contradictions?: (config: ConfigOf<typeof spec>) => readonly string[],
): string => {
  try {
    readConfig(spec, env, contradictions)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    expect(error.code).toBe('INVALID_CONFIGURATION')
    return error.publicText
  }
}

describe('configuration', () => {
  it('takes defaults, counts an empty value as unset, and reads a value from a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'kilde-config-')), 'key')
    writeFileSync(file, 'secret\n')
    expect(readConfig(spec, { PORT: '', KEY_FILE: file, URL: 'http://a.example/' })).toEqual({
      PORT: 4_000,
      WAIT_MS: 100,
      KEY: 'secret',
      URL: 'http://a.example',
      LIST: undefined,
    })
  })

  it('names every problem at once and never a value', () => {
    const text = textOf({
      PORT: '99999',
      WAIT_MS: 'hidden',
      KEY: 'ab',
      URL: 'ftp://hidden',
      LIST: '{hidden',
    })
    for (const name of ['PORT', 'WAIT_MS', 'KEY', 'URL', 'LIST'])
      expect(text).toContain(`${name}: `)
    expect(text).not.toContain('hidden')
  })

  it('says which settings are missing', () => {
    expect(textOf({})).toBe('Configuration:\n  KEY: is required and not set')
  })

  it('names a file that cannot be read by its setting', () => {
    expect(textOf({ KEY_FILE: '/nowhere/at/all' })).toContain('KEY_FILE: the file cannot be read')
  })

  it('refuses settings that contradict each other', () => {
    expect(textOf({ KEY: 'abc' }, () => ['PORT and WAIT_MS: do not go together'])).toBe(
      'Configuration:\n  PORT and WAIT_MS: do not go together',
    )
  })
})

describe('texts for people and logs', () => {
  it('hides everything that could be an identity number, and only that', () => {
    expect(redactNumbers('a 08825133489 b 088251 33489 c 310000108 d 1700000000000')).toBe(
      'a [number] b [number] c 310000108 d 1700000000000',
    )
  })

  it('says in one line which port is in use', () => {
    const fault = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 4_000 })
    expect(startFault(fault)).toBe(
      'port 4000 is in use by another program. Stop it, or set KILDE_PORT_BASE to other ports.',
    )
  })
})
