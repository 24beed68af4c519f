import { expect, it } from '@jest/globals'
import { readConfig } from '@kilde/service'
import { generateKey } from '@kilde/trust'
import { readRegistryConfig, registrySettings } from '../src/index.js'

const KEY = await generateKey()

it('every missing setting is named at once', () => {
  expect(() => readConfig(registrySettings, { KILDE_REGISTRY_KEY: '{"kty":"EC"}' })).toThrow(
    expect.objectContaining({
      code: 'INVALID_CONFIGURATION',
      publicText: expect.stringMatching(
        /KILDE_ISSUER: .*KILDE_REGISTRY_DIRECTORY: .*KILDE_REGISTRY_KEY: /s,
      ),
    }),
  )
})

it('production wants https of issuer and clients', () => {
  const required = {
    KILDE_ISSUER: 'http://issuer.example',
    KILDE_REGISTRY_DIRECTORY: '/tmp/registry',
    KILDE_REGISTRY_KEY: JSON.stringify(KEY),
  }
  expect(readRegistryConfig(required).NODE_ENV).toBe('development')
  expect(() => readRegistryConfig({ ...required, NODE_ENV: 'production' })).toThrow(
    expect.objectContaining({
      code: 'INVALID_CONFIGURATION',
      publicText: expect.stringMatching(
        /KILDE_ISSUER: must be https in production.*KILDE_PUBLIC_URL: must be set, and https/s,
      ),
    }),
  )
})
