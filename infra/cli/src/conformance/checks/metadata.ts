import { claims, metadataAddress } from '@kilde/trust'
import { type Check, type Outcome, verdict } from '../check.js'
import { at, listAt, named } from '../read.js'
import type { Tester } from '../tester.js'

/** The protected-resource metadata of the node's address of questions (RFC 9728). */
const metadata = (tester: Tester) =>
  tester.once('metadata', () => tester.fetch(metadataAddress(tester.url)))

const check = (
  id: string,
  title: string,
  problems: (json: unknown, tester: Tester) => readonly (string | false)[],
): Check => ({
  id,
  level: 'MUST',
  title,
  run: async (tester): Promise<Outcome> => {
    const answer = await metadata(tester)
    if (answer.status !== 200) return verdict([`no metadata (${named(answer)})`])
    return verdict(problems(answer.json, tester))
  },
})

const WEAK = /^(none|HS\d+)$/i

export const metadataChecks: readonly Check[] = [
  check('N-META-1', 'tells at its metadata which address it protects', (json, { url }) => [
    at(json, 'resource') !== url && '`resource` is not the address of questions',
  ]),
  check('N-META-2', 'names the issuer whose tokens it takes', (json, { setting }) => [
    !listAt(json, 'authorization_servers').includes(setting.issuer.url) &&
      '`authorization_servers` does not name the issuer',
  ]),
  check('N-META-3', 'tells that tokens are bound by DPoP, and never bearer tokens', (json) => [
    at(json, 'dpop_bound_access_tokens_required') !== true &&
      '`dpop_bound_access_tokens_required` is not true',
    listAt(json, 'bearer_methods_supported').length > 0 && 'bearer methods are named',
    listAt(json, 'dpop_signing_alg_values_supported').length === 0 && 'no algorithms of proofs',
    listAt(json, 'dpop_signing_alg_values_supported').some((one) => WEAK.test(String(one))) &&
      'an algorithm without a key pair',
  ]),
  check('N-META-4', 'tells that health personnel must bring an attest', (json) => [
    !listAt(json, 'authorization_details_types_required', 'allOf').includes(claims.attest) &&
      '`authorization_details_types_required` does not name the attest',
  ]),
  {
    id: 'N-META-5',
    level: 'MUST',
    title: 'challenges whoever comes without a token, and tells where its metadata are',
    run: async (tester) => {
      const answer = await tester.ask({ headers: { authorization: '' } })
      const challenge = answer.headers.get('www-authenticate') ?? ''
      const where = `resource_metadata="${metadataAddress(tester.url)}"`
      return verdict([
        !/^DPoP\b/.test(challenge) && 'no `WWW-Authenticate: DPoP`',
        !/\balgs="[^"]+"/.test(challenge) && 'no `algs`',
        !challenge.includes(where) && 'no `resource_metadata`',
      ])
    },
  },
]
