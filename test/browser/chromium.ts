import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Debian's Chromium; `.ci/run` installs it. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env['KILDE_TEST_CHROMIUM'] ?? '/usr/bin/chromium'
  return chromium.launch({ executablePath, args: flags })
}

/** A page and what it did that a test may want to know. */
export interface WatchedPage {
  readonly page: Page
  /** Addresses of all requests, in order; not those of data and blobs. */
  readonly urls: readonly string[]
  /** Errors of scripts, refusals of the content security policy, and what else a browser calls an error. */
  readonly faults: readonly string[]
}

export async function openPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage()
  const urls: string[] = []
  const faults: string[] = []
  page.on('request', (request) => {
    if (/^https?:/.test(request.url())) urls.push(request.url())
  })
  page.on('pageerror', (error) => void faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  return { page, urls, faults }
}
