import { entryTexts } from './entry-texts.js'
import { MOST_CHARACTERS, MOST_ENTRIES, type Origin } from './part.js'

export interface BundleText {
  readonly text: string
  readonly type: 'batch' | 'collection' | 'transaction'
  readonly entries: readonly BundleEntry[]
}

export interface BundleEntry {
  readonly fullUrl?: string | undefined
  readonly resource?:
    | { readonly resourceType: string; readonly id?: string | undefined }
    | undefined
}

export interface BundlePart {
  readonly body: string
  readonly origins: readonly Origin[]
}

/**
 * A Bundle as it is to be sent: as it stands where it is small or a transaction, which is taken whole or not at all; else
 * in parts, each with the Patients and Devices that its entries refer to.
 */
export function splitBundle(bundle: BundleText, from: Origin): readonly BundlePart[] {
  const { text, type, entries } = bundle
  const all = entries.map((_, index) => entryOrigin(from, index))
  const isSmall = entries.length <= MOST_ENTRIES && text.length <= MOST_CHARACTERS
  if (type === 'transaction' || isSmall) return [{ body: text, origins: all }]
  const pieces = entryTexts(text).map(
    (piece, index): Piece => ({
      text: piece,
      origin: entryOrigin(from, index),
      names: namesOf(entries[index] ?? {}),
    }),
  )
  const helpers = pieces.filter(({ names }) => names.length > 0)
  return chunks(pieces).map((chunk) => {
    const needed = helpers.filter((helper) => !chunk.includes(helper) && isMeant(helper, chunk))
    return {
      body: batchOf(
        [...needed, ...chunk].map((piece) => piece.text),
        type,
      ),
      origins: [
        ...needed.map(({ origin }): Origin => ({ ...origin, again: true })),
        ...chunk.map(({ origin }) => origin),
      ],
    }
  })
}

/** A Bundle of these entries, each a text. */
export function batchOf(
  entries: readonly string[],
  type: 'batch' | 'collection' = 'batch',
): string {
  return `{"resourceType":"Bundle","type":"${type}","entry":[${entries.join(',\n')}]}`
}

function entryOrigin({ file, place }: Origin, index: number): Origin {
  const entry = `Bundle.entry[${index}]`
  return { file, place: place === undefined ? entry : `${place}, ${entry}` }
}

interface Piece {
  readonly text: string
  readonly origin: Origin
  /** How references of others may name it; none where nobody refers to its kind. */
  readonly names: readonly string[]
}

const REFERRED_TO = ['Patient', 'Device']

function namesOf({ fullUrl, resource }: BundleEntry): readonly string[] {
  if (!resource || !REFERRED_TO.includes(resource.resourceType)) return []
  const { resourceType, id } = resource
  return [
    ...(fullUrl === undefined ? [] : [JSON.stringify(fullUrl)]),
    ...(id === undefined ? [] : [`"${resourceType}/${id}"`]),
  ]
}

/** Too many rather than too few: the text may stand where it is no reference. */
const isMeant = ({ names }: Piece, chunk: readonly Piece[]): boolean =>
  chunk.some(({ text }) => names.some((name) => text.includes(name)))

function chunks(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const parts: Piece[][] = []
  let size = 0
  for (const piece of pieces) {
    const part = parts.at(-1)
    const fits = part && part.length < MOST_ENTRIES && size + piece.text.length <= MOST_CHARACTERS
    if (fits) part.push(piece)
    else parts.push([piece])
    size = fits ? size + piece.text.length : piece.text.length
  }
  return parts
}
