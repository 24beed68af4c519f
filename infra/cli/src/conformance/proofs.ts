import { type JwsParts, signParts } from './jws.js'
import type { Claims } from './setting.js'
import type { Key } from './tokens.js'

type Proof = (right: JwsParts, key: Key) => string

/** A right proof but for some claims; undefined leaves one out. */
export const withClaims =
  (change: Claims): Proof =>
  ({ header, payload }, { key }) =>
    signParts({ header, payload: { ...payload, ...change } }, key)

/** A right proof but for some members of its header. */
export const withHeader =
  (change: Claims): Proof =>
  ({ header, payload }, { key }) =>
    signParts({ header: { ...header, ...change }, payload }, key)

/** The time of a proof, so many seconds off. */
export const atSeconds =
  (offset: number): Proof =>
  ({ header, payload }, { key }) =>
    signParts({ header, payload: { ...payload, iat: Number(payload['iat']) + offset } }, key)
