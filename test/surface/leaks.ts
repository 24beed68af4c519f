import { auditErrors } from '@kilde/audit'
import { catalogueErrors } from '@kilde/catalogue'
import { gatewayErrors } from '@kilde/gateway'
import { serviceErrors } from '@kilde/service'
import { trustErrors } from '@kilde/trust'
import { type GraphQLNamedType, isEnumType } from 'graphql'
import { clientSchema, sharingSchema } from '../differential/schema.js'

/** Words of an error that tell of what its reader did not say, nor anybody may know. */
export interface Leaks {
  /** @param request what was sent @param answer what came back, with an error */
  in(request: string, answer: string): readonly string[]
}

/** What a stack, a place in a program, or an address in the network looks like. */
const TELLING =
  /\bat [\w.<>$ ]+ \(|node_modules|\.(ts|js|mjs|cjs)\b|\/(srv|home|usr|tmp|root|work)\/|https?:|127\.0\.0\.1|localhost|\bECONN|Error:|undefined/g

/** Sentences of our own in which a plain word happens to be the name of a field too. */
const SENTENCES =
  /must name (the one operation to carry out|\d+ to \d+ values)|`system\|(value|code)`|must hold FHIR category codes/g

/** Texts that everybody can read in the documentation. */
const published = Object.values({
  ...serviceErrors,
  ...gatewayErrors,
  ...trustErrors,
  ...catalogueErrors,
  ...auditErrors,
}).flatMap(({ text }) => wordsOf(text))

/** @param hosts addresses of everything that is behind the gateway */
export function leaksOf(hosts: readonly string[]): Leaks {
  const names = new Set(
    [clientSchema, sharingSchema].flatMap((schema) =>
      Object.values(schema.getTypeMap()).flatMap(namesOf),
    ),
  )
  const known = new Set(published)
  return {
    in(request, answer) {
      const said = new Set(wordsOf(request))
      const { errors = [] } = JSON.parse(answer) as { errors?: readonly { message: string }[] }
      const text = errors.map(({ message }) => message.replace(SENTENCES, '')).join('\n')
      return [
        ...wordsOf(text).filter((word) => names.has(word) && !said.has(word) && !known.has(word)),
        ...(answer.match(TELLING) ?? []).filter((found) => !request.includes(found)),
        ...hosts.filter((host) => answer.includes(host)),
      ]
    },
  }
}

function namesOf(type: GraphQLNamedType): readonly string[] {
  if (type.name.startsWith('__')) return []
  if (isEnumType(type)) return [type.name, ...type.getValues().map((value) => value.name)]
  if (!('getFields' in type)) return [type.name]
  const fields = Object.values(type.getFields())
  const args = fields.flatMap((field) =>
    'args' in field ? field.args.map((argument: { readonly name: string }) => argument.name) : [],
  )
  return [type.name, ...fields.map(({ name }) => name), ...args]
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[A-Za-z_]\w*/g) ?? []
}
