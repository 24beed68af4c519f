/** How a next page is asked for. */
export type NextPage =
  | { readonly way: 'search'; readonly form: URLSearchParams }
  | { readonly way: 'get'; readonly path: string }

export interface LinkContext {
  /** Base address of the server. */
  readonly base: URL
  /** Other base addresses that the server writes into its links. */
  readonly alsoAt: readonly string[]
  /** Type of resource that was searched for. */
  readonly type: string
  /** The patient's number: never sent in an address, wherever it comes from. */
  readonly number: string
}

/**
 * Where a link to a next page leads: undefined for one that leads elsewhere than to this server, or that would put the
 * patient's number into an address. A link that spells out the search goes as a form, like the search itself.
 */
export function nextPageOf(link: string, context: LinkContext): NextPage | undefined {
  const { base, number, type } = context
  const url = urlOf(link, context)
  if (!url || url.origin !== base.origin || url.username || url.password) return undefined
  const prefix = base.pathname.replace(/\/$/, '')
  if (url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`)) return undefined
  const isSearch = [`${prefix}/${type}`, `${prefix}/${type}/_search`].includes(url.pathname)
  if (isSearch) return { way: 'search', form: url.searchParams }
  const path = url.pathname + url.search
  return decoded(path).includes(number) ? undefined : { way: 'get', path }
}

function urlOf(link: string, { base, alsoAt }: LinkContext): URL | undefined {
  const own = base.href.replace(/\/$/, '')
  const alias = alsoAt.find((other) => link.startsWith(`${other}/`) || link.startsWith(`${other}?`))
  const text = alias === undefined ? link : `${own}${link.slice(alias.length)}`
  try {
    // `..` and the like are resolved before anything is compared.
    return new URL(text, `${own}/`)
  } catch {
    return undefined
  }
}

/** As often as it was encoded, so that no encoding hides a number. */
function decoded(path: string): string {
  let text = path
  for (let times = 0; times < 5; times++) {
    let next: string
    try {
      next = decodeURIComponent(text)
    } catch {
      return text
    }
    if (next === text) return text
    text = next
  }
  return text
}
