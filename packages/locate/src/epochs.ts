import { openJson, readSigned, signJson } from '@kilde/feed'
import type { PrivateJwk } from '@kilde/trust'
import type { JSONWebKeySet } from 'jose'
import { evaluatorFaults } from './errors.js'
import { EpochList } from './protocol.js'

const TYPE = 'kilde-locate-epochs+jwt'
/** A list that is older tells nothing of a key that was revoked since. */
const MOST_AGE_MS = 300_000

/** Signs the list of keys that hold now, with the key by which the registry signs its state. */
export function signEpochs(list: EpochList, key: PrivateJwk): Promise<string> {
  return signJson(list, TYPE, key)
}

/** @throws LocateError `LOCATOR_UNTRUSTED` where signature, form or age are not right */
export async function openEpochs(
  jws: string,
  keys: JSONWebKeySet,
  nowMs: number,
): Promise<EpochList> {
  const payload = await openJson(jws, TYPE, keys, evaluatorFaults)
  const list = readSigned(EpochList, payload, evaluatorFaults)
  const ageMs = nowMs - Date.parse(list.issuedAt)
  if (Math.abs(ageMs) > MOST_AGE_MS)
    throw evaluatorFaults.untrusted({ detail: 'the list of keys is old' })
  return list
}
