import { expect, it } from '@jest/globals'
import { readConfig } from '@kilde/service'
import { registrySettings } from '../src/index.js'

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
