import type { Answer } from '@kilde/demo/test-network'
import type { WatchedNetwork } from '../../kit/network.js'

export interface Change {
  readonly statements: readonly { readonly id: string; readonly kind: string }[]
  readonly version: number
  readonly inForce: boolean
  readonly nodes: readonly { readonly organization: string; readonly state: string }[]
}

const CHANGE =
  '{ version inForce nodes { organization state } statements { id kind registeredBy validity { from until } liftedAt } }'

export const documents = {
  settings: `{ settings {
    statements {
      id kind registeredBy registeredAt liftedAt validity { from until }
      data { organization heldBy dataClass code item from until } recipient { organization professional group } }
    representation { kind validity { from } } nodes { organization state } } }`,
  block: `mutation ($data: DataInput, $recipient: RecipientInput, $validity: ValidityInput) {
    block(data: $data, recipient: $recipient, validity: $validity) ${CHANGE} }`,
  consent: `mutation ($data: DataInput, $recipient: RecipientInput) {
    consent(data: $data, recipient: $recipient) ${CHANGE} }`,
  reserve: `mutation { reserve ${CHANGE} }`,
  appoint: `mutation ($representative: String!) { appoint(representative: $representative) ${CHANGE} }`,
  lift: `mutation ($id: ID!) { lift(id: $id) ${CHANGE} }`,
} as const

/** Changes a citizen's settings. @throws where it is refused */
export async function change(
  network: WatchedNetwork,
  persona: string,
  what: keyof typeof documents,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Change> {
  const answer = await network.askPrivacy(persona, documents[what], variables)
  const data = answer.body.data as Record<string, Change> | undefined
  const changed = data?.[what]
  if (!changed) throw new Error(JSON.stringify(answer.body))
  return changed
}

/** Lifts everything that a citizen has stated. */
export async function liftAll(network: WatchedNetwork, persona: string): Promise<void> {
  const { statements } = await settingsOf(network, persona)
  for (const { id } of statements) await change(network, persona, 'lift', { id })
}

export interface Settings {
  readonly statements: readonly (Record<string, unknown> & { readonly id: string })[]
  readonly representation: readonly { readonly kind: string }[]
}

export async function settingsOf(network: WatchedNetwork, persona: string): Promise<Settings> {
  const answer = await network.askPrivacy(persona, documents.settings)
  return (answer.body.data as { readonly settings: Settings }).settings
}

/** Code and text of a refusal. */
export const refusalOf = ({ status, body }: Answer) => ({
  status,
  code: body.errors?.[0]?.extensions?.code,
  message: body.errors?.[0]?.message,
})
