import { AUTHORS } from '../ingest/parties.js'
import type { ClassRow } from '../sources/source.js'

/** A FHIR Reference to who answers for something, as far as it may be told. */
interface Party {
  readonly reference?: string | undefined
  readonly type?: string | undefined
  readonly display?: string | undefined
  readonly identifier?:
    | { readonly system?: string | undefined; readonly value?: string | undefined }
    | undefined
}

const ENH = 'urn:oid:2.16.578.1.12.4.1.4.101'

/** By name, never by number; the row's own author kind stands for the first where its type is not told. */
export function authorsOf(
  parties: readonly (Party | undefined)[],
  { authorKind }: Pick<ClassRow, 'authorKind'>,
) {
  return parties
    .filter((one) => one !== undefined)
    .flatMap((one, index) => {
      const number = one.identifier?.system === ENH ? one.identifier.value : undefined
      const isNumber = number !== undefined && /^\d{9}$/.test(number)
      if (one.display === undefined && !isNumber) return []
      return [
        {
          display: one.display,
          kind: kindOf(one) ?? (index === 0 ? authorKind : 'UNKNOWN'),
          organization: isNumber ? { number } : undefined,
        },
      ]
    })
}

/** One party, also where no more than its kind may be told. */
export function partyOf(party: Party | undefined) {
  if (!party) return undefined
  const kind = kindOf(party)
  const [named] = authorsOf([party], { authorKind: 'UNKNOWN' })
  return named ?? (kind && { display: undefined, kind, organization: undefined })
}

/** What kind of author a reference names, by its type. */
export const kindOf = ({ type, reference = '' }: Party): ClassRow['authorKind'] | undefined =>
  AUTHORS[type ?? reference.split('/').at(-2) ?? '']
