import { z } from 'zod'

const Text = z.string().nullish()
const Statement = z.object({
  id: z.string(),
  kind: z.string(),
  registeredBy: z.string(),
  data: z.object({
    organization: Text,
    heldBy: Text,
    dataClass: Text,
    code: Text,
    item: Text,
    from: Text,
    until: Text,
  }),
  recipient: z.object({ organization: Text, professional: Text, group: Text }),
  validity: z.object({ from: z.string(), until: Text }),
})
export type Statement = z.infer<typeof Statement>

const FIELDS = `id kind registeredBy
  data { organization heldBy dataClass code item from until } recipient { organization professional group }
  validity { from until }`

export const Change = z.object({ version: z.int(), statements: z.array(Statement) })
export type Change = z.infer<typeof Change>

export const queries = {
  settings: `{ settings { statements { ${FIELDS} } } }`,
  block: `mutation ($data: DataInput, $recipient: RecipientInput) {
    block(data: $data, recipient: $recipient) { version statements { ${FIELDS} } } }`,
  lift: `mutation ($id: ID!) { lift(id: $id) { version statements { ${FIELDS} } } }`,
} as const

export const Settings = z.object({ settings: z.object({ statements: z.array(Statement) }) })

/** In one line: what, to whom, since when. */
export function describe({ kind, data, recipient, validity }: Statement): string {
  const words = (record: object): string =>
    Object.entries(record)
      .flatMap(([name, value]) => (value ? [`${name} ${value}`] : []))
      .join(', ')
  const what = words(data) || 'all data'
  const whom = words(recipient) || 'everybody'
  return `${kind.toLowerCase()}: ${what}, to ${whom}, from ${validity.from}`
}
