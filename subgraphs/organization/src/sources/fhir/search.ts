import { type FoundEntry, type FoundPage, readPage } from './bundle.js'
import type { FhirClient } from './client.js'
import { FhirFault } from './fault.js'
import { nextPageOf } from './next-link.js'
import type { FhirServer } from './settings.js'

/** What one question may still read of the server, over all its searches. */
export interface Budget {
  rows: number
  pages: number
  bytes: number
}

export interface Search {
  readonly type: string
  readonly params: readonly (readonly [name: string, value: string])[]
  /** The patient's number: kept out of addresses. */
  readonly number: string
  /** Refuse what is not understood, instead of leaving it out. */
  readonly strict?: boolean
  /** Most pages of this search. Default: what the budget has. */
  readonly pages?: number
}

export interface Searched {
  /** Matches and what came with them, page by page: references are found within a page. */
  readonly pages: readonly (readonly FoundEntry[])[]
  /** Whether these are all. False too where the server contradicts itself. */
  readonly complete: boolean
}

export interface SearchParts {
  readonly client: FhirClient
  readonly server: FhirServer
}

/**
 * Carries a search out, page by page. Where rows came or went meanwhile, once more: a page that moved under the reading may
 * have hidden a row.
 * @throws FhirFault
 */
export async function search(
  parts: SearchParts,
  wanted: Search,
  budget: Budget,
  signal: AbortSignal,
): Promise<Searched> {
  const first = await readAll(parts, wanted, budget, signal)
  if (!first.moved) return first
  const second = await readAll(parts, wanted, budget, signal)
  return { ...second, complete: second.complete && !second.moved }
}

async function readAll(
  { client, server }: SearchParts,
  wanted: Search,
  budget: Budget,
  signal: AbortSignal,
): Promise<Searched & { readonly moved: boolean }> {
  const { type, params, number, strict = false, pages: most = budget.pages } = wanted
  const context = { base: client.base, alsoAt: server.alsoAt, type, number }
  const form = new URLSearchParams(params.map(([name, value]): [string, string] => [name, value]))
  const pages: FoundPage[] = []
  const links = new Set<string>()
  let text = await client.search(type, form, signal, strict)
  for (;;) {
    const page = readPage(text, type)
    pages.push(page)
    spend(budget, page, text)
    if (page.next === undefined) return ended(pages, true)
    const next = nextPageOf(page.next, context)
    // A link that was met before leads round for ever; one that leads elsewhere is not followed at all.
    const isSpent = budget.rows <= 0 || budget.pages <= 0 || budget.bytes <= 0
    if (!next || links.has(page.next) || pages.length >= most || isSpent) return ended(pages, false)
    links.add(page.next)
    text =
      next.way === 'get'
        ? await client.get(next.path, signal)
        : await client.search(type, next.form, signal, strict)
  }
}

function spend(budget: Budget, { entries }: FoundPage, text: string): void {
  budget.rows -= entries.length
  budget.pages -= 1
  budget.bytes -= text.length
  if (budget.bytes < 0) throw new FhirFault('SEARCH_REFUSED', 'more bytes than one question reads')
}

function ended(pages: readonly FoundPage[], atEnd: boolean) {
  const ids = pages.flatMap(({ entries }) =>
    entries.filter(({ isMatch }) => isMatch).map(({ resource }) => resource['id']),
  )
  const totals = pages.flatMap(({ total }) => total ?? [])
  const seen = new Set(ids).size
  // A total that is higher than what came says that something did not come.
  const isShort = totals.some((total) => total > seen)
  const moved = atEnd && (new Set(totals).size > 1 || (pages.length > 1 && seen < ids.length))
  return {
    pages: pages.map(({ entries }) => entries),
    complete: atEnd && !isShort,
    moved,
  }
}
