import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals'
import { startTestNetwork, type TestNetwork } from '@kilde/demo/test-network'
import { personas } from '@kilde/people'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium, openPage, type WatchedPage } from './chromium.js'

jest.setTimeout(120_000)

describe('GraphiQL in a real browser', () => {
  let network: TestNetwork
  let browser: Browser
  let context: BrowserContext
  let watched: WatchedPage
  beforeAll(async () => {
    execFileSync(process.execPath, [pageBuilder])
    network = await startTestNetwork({ data: 'demo' })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser.close()
    await network.stop()
  })
  beforeEach(async () => {
    context = await browser.newContext()
    watched = await openPage(context)
    await watched.page.goto(`${network.gateway}/graphiql`)
    await ready(watched.page)
  })
  // Whatever a test did: nothing came from elsewhere, nothing was refused by the policy, no number stood in an address.
  afterEach(async () => {
    await context.close()
    const own = [network.gateway, network.issuer]
    const elsewhere = watched.urls.filter((url) => !own.includes(new URL(url).origin))
    const telling = watched.urls.filter((url) => identityNumber.test(decodeURIComponent(url)))
    const { faults } = watched
    expect({ elsewhere, telling, faults }).toEqual({ elsewhere: [], telling: [], faults: [] })
  })

  it('shows the docs before anybody has signed in', async () => {
    const { page } = watched
    expect(await page.title()).toBe('Kilde')
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    await page.getByRole('link', { name: 'Query', exact: true }).click()
    await page.getByRole('link', { name: 'organizations', exact: true }).waitFor()
    await page.getByRole('link', { name: 'patient', exact: true }).click()
    await page.getByText('One patient. Null never means that nothing exists').waitFor()
  })

  it('says that running a query needs a sign-in', async () => {
    await executeButton(watched.page).click()
    await result(watched.page, 'Sign in to run queries.').waitFor()
  })

  it('runs an example for a nurse who has signed in', async () => {
    const { page } = watched
    await signInAsNurse(page)
    const answered = page.waitForResponse(`${network.gateway}/graphql`)
    await executeButton(page).click()
    const { errors, data } = await (await answered).json()
    expect(errors).toBeUndefined()
    const { nodes, complete } = data.patient.observations
    expect(nodes).toHaveLength(5)
    expect(complete).toBe(true)
    await result(page, nodes[0].valueText).waitFor()
  })

  it('keeps the key where nobody can export it, and token and identity numbers in memory alone', async () => {
    const { page } = watched
    await signInAsNurse(page)
    await executeButton(page).click()
    await result(page, 'valueText').waitFor()
    expect(await page.evaluate(keyAndItsExport)).toEqual([false, 'InvalidAccessError'])
    const kept = await page.evaluate(everythingKept)
    expect(kept).not.toMatch(identityNumber)
    expect(kept).not.toContain('eyJ')
  })

  it('comes back to the query that was written before the sign-in', async () => {
    const { page } = watched
    await page.getByRole('button', { name: 'Show Examples' }).click()
    const tabs = page.getByRole('tab')
    const opened = (await tabs.count()) + 1
    await page.getByRole('region', { name: 'Examples' }).getByRole('button').first().click()
    expect(await tabs.count()).toBe(opened)
    await signInAsNurse(page)
    expect(await tabs.count()).toBe(opened)
  })

  it('shows the identity service’s refusal of an attest that is somebody else’s', async () => {
    const { page } = watched
    await signIn(page, 'nurse', 'Gro Fastlege')
    await page.getByRole('alert').getByText('invalid_authorization_details').waitFor()
    await page.getByText('Not signed in').waitFor()
  })

  it('forgets the sign-in, and destroys the key, when the user signs out', async () => {
    const { page } = watched
    await signInAsNurse(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Not signed in').waitFor()
    expect(await page.evaluate(keyAndItsExport)).toBe('no key')
    await executeButton(page).click()
    await result(page, 'Sign in to run queries.').waitFor()
  })

  it('asks to sign in again when the token has expired', async () => {
    const { page } = watched
    await page.clock.install()
    await signInAsNurse(page)
    await page.clock.fastForward('01:00:00')
    await page.getByText('Your sign-in has expired').waitFor()
    await executeButton(page).click()
    await result(page, 'Sign in again to run queries.').waitFor()
    await page.getByRole('button', { name: 'Sign in again' }).waitFor()
  })
})

const pageBuilder = fileURLToPath(new URL('../../infra/graphiql/build-page.mjs', import.meta.url))
const identityNumber = /(?<!\d)\d{11}(?!\d)/

/** Waits for the editors: the button to run is there before them, and does nothing until then. */
async function ready(page: Page): Promise<void> {
  await page.locator('.graphiql-query-editor .view-lines', { hasText: 'query' }).waitFor()
  await page.locator('.result-window .view-lines').waitFor()
}

function executeButton(page: Page) {
  return page.getByRole('button', { name: /^Execute query/ })
}

/** The pane of results, once it shows the text. Long lines are broken, so only short texts are found. */
function result(page: Page, text: string) {
  return page.locator('.result-window', { hasText: text })
}

async function signInAsNurse(page: Page): Promise<void> {
  await signIn(page, 'nurse', 'Siri Sykepleier')
  await page.getByText('Signed in as Siri Sykepleier').waitFor()
  await ready(page)
}

/** Asks for the attest of one persona, and signs in as the one of that name. */
async function signIn(page: Page, attestOf: string, name: string): Promise<void> {
  const persona = personas.find(({ key }) => key === attestOf)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Attest').selectOption({ label: `${persona?.name}: ${persona?.about}` })
  await page.getByRole('button', { name: 'Go to the sign-in page' }).click()
  await page.getByRole('button', { name }).click()
}

// Run in the page, whose types this program does not know.

const everythingKept =
  'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])'

const keyAndItsExport = `new Promise((resolve) => {
  const opening = indexedDB.open('kilde-graphiql')
  opening.onsuccess = () => {
    const reading = opening.result.transaction('keys').objectStore('keys').get('proof')
    reading.onsuccess = async () => {
      opening.result.close()
      if (reading.result === undefined) return resolve('no key')
      const { privateKey } = reading.result
      const fault = await crypto.subtle.exportKey('jwk', privateKey).catch((error) => error.name)
      resolve([privateKey.extractable, fault])
    }
  }
})`
