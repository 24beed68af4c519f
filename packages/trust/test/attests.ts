import { afterAll, beforeAll } from '@jest/globals'
import { attest, startIssuer, type TestIssuer } from './issuer.js'

export type Json = Record<string, unknown>

/** The claim that holds the attest. */
export const claim = 'nhn:tillitsrammeverk:parameters'

/** The attest of a scene, with something else about who practises. */
export const practising = (change: Json): Json => ({
  ...attest,
  practitioner: { ...attest.practitioner, ...change },
})

/** The attest of a scene, with something else about the care relationship. */
export const caring = (change: Json): Json => ({
  ...attest,
  care_relationship: { ...attest.care_relationship, ...change },
})

/** The issuer of a suite, which starts before its tests and stops after them. */
export function useIssuer(): () => TestIssuer {
  let issuer: TestIssuer | undefined
  beforeAll(async () => {
    issuer = await startIssuer()
  })
  afterAll(() => issuer?.stop())
  return () => {
    if (issuer === undefined) throw new Error('only tests have an issuer')
    return issuer
  }
}
