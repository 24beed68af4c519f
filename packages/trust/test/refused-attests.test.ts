import { describe, expect, it } from '@jest/globals'
import { claim, type Json, useIssuer } from './attests.js'
import { attest, newScene, organization, pid, start } from './issuer.js'
import { refusal } from './refusals.js'

const issuer = useIssuer()

/** A copy with one value replaced, or removed where it is undefined. */
function altered(path: string, value: unknown): Json {
  const copy = structuredClone(attest) as Json
  const names = path.split('.')
  const last = names.pop() ?? ''
  let at = copy
  for (const name of names) at = at[name] as Json
  if (value === undefined) delete at[last]
  else at[last] = value
  return copy
}

async function refused(value: unknown) {
  const scene = newScene(issuer())
  const token = scene.token({ [claim]: value })
  return refusal(scene.verifier.verify(scene.request(token)), 'ATTEST_MALFORMED')
}

describe('an attest is refused', () => {
  it('when health personnel bring none', async () => {
    const scene = newScene(issuer())
    const token = scene.token({ [claim]: undefined })
    const error = await refusal(scene.verifier.verify(scene.request(token)), 'ATTEST_MISSING')
    expect(error.wwwAuthenticate).toContain('error="insufficient_authorization_details"')
    expect(error.caller).toMatchObject({ pid, hprNumber: '9990001', organization: '310000302' })
  })

  it.each([
    ['another person than who signed in', 'practitioner.identifier.id', '04918825601'],
    ['another HPR number than the token', 'practitioner.hpr_nr.id', '9990002'],
    ['another organisation than the token', 'practitioner.legal_entity', organization('310000108')],
    [
      'a legal entity in a HER-id',
      'practitioner.legal_entity.system',
      'urn:oid:2.16.578.1.12.4.1.2',
    ],
    ['an organisation number of 8 digits', 'practitioner.legal_entity.id', '31000030'],
    ['a purpose of a citizen', 'care_relationship.purpose_of_use.code', 'PATRQT'],
    ['a purpose nobody knows', 'care_relationship.purpose_of_use.code', 'FUN'],
    ['a purpose of another code system', 'care_relationship.purpose_of_use.system', '1.0.14265.1'],
    ['an authorisation of another code system', 'practitioner.authorization.system', '1.2.3'],
    ['user_selected as text', 'care_relationship.decision_ref.user_selected', 'false'],
    ['a time in the future', 'toa', start + 6],
    ['a time that is no number', 'toa', '1794000000'],
    ['both spellings at once', 'care_relation', attest.care_relationship],
  ])('with %s', async (_name, path, value) => {
    await refused(altered(path, value))
  })

  it.each([[null], ['text'], [[]], [7]])('when it is %j', async (value) => {
    await refused(value)
  })

  it('at 60 minutes of age, checked again on every request', async () => {
    const scene = newScene(issuer())
    const toa = start - 3300
    const token = scene.token({ [claim]: { ...attest, toa } })
    await scene.verifier.verify(scene.request(token))
    scene.moveBy(299_999)
    await expect(scene.verifier.verify(scene.request(token))).resolves.toMatchObject({ pid })
    scene.moveBy(1)
    const error = await refusal(
      scene.verifier.verify(scene.request(token)),
      'ATTESTATION_HAS_EXPIRED',
    )
    expect(error.publicText).toContain('attestation_has_expired')
    expect(error.caller).toMatchObject({ pid, possessionProven: true })
  })

  it('but not for lack of an HPR number or an authorisation that the person does not have', async () => {
    const scene = newScene(issuer())
    const bare = structuredClone(attest) as { practitioner: Json }
    delete bare.practitioner['hpr_nr']
    delete bare.practitioner['authorization']
    const token = scene.token({ [claim]: bare, 'helseid://claims/hpr/hpr_number': undefined })
    const caller = await scene.verifier.verify(scene.request(token))
    expect(caller).toMatchObject({ kind: 'professional', pid })
    expect(caller).not.toHaveProperty('attest.authorization')
  })
})
