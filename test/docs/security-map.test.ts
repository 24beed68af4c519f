import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { read, root } from './documents.js'

const page = read('docs/security-model.md')

/** The check is plain JavaScript, as it runs before anything is built; its type is here. */
let problemsOf: (page: string) => readonly string[]
beforeAll(async () => {
  const name = 'security-map'
  const check: unknown = await import(`../../infra/${name}.mjs`)
  problemsOf = (check as { problemsOf: typeof problemsOf }).problemsOf
})

/** The row of a heading, e.g. `API7`. */
function rowOf(id: string): string {
  const row = page.split('\n').find((line) => line.startsWith(`| ${id} |`))
  if (row === undefined) throw new Error(`no row ${id}`)
  return row
}

const withRow = (id: string, row: string) => page.replace(rowOf(id), row)
const showing = (id: string, words: string, shown: string) =>
  withRow(id, `| ${id} | ${words} | ${shown} |`)
const redirect = ['4.12', '307 redirect'] as const

describe('the check of the security model', () => {
  it('passes the page as it is', () => {
    expect(problemsOf(page)).toEqual([])
  })

  it.each([
    ['a heading without a row', withRow('API7', ''), 'has 0 rows API7'],
    ['a heading with two', withRow('19', `${rowOf('19')}\n${rowOf('19')}`), 'GDPR» has 2 rows 19'],
    ['a map that is missing', page.replace('### GDPR\n', '### DPR\n'), 'there is no map «GDPR»'],
    [
      'a heading that is none',
      withRow('19', `${rowOf('19')}\n| 20 | Portability | open: see below |`),
      'GDPR 20: is no heading that we know',
    ],
    [
      'other words for the RFC’s',
      showing('4.12', 'Redirects', '`a.ts › b`'),
      '4.12: is called «307 redirect»',
    ],
    ['a row that shows nothing', showing(...redirect, 'we are careful'), '4.12: names no test'],
    [
      'a row that does not apply without saying why',
      showing(...redirect, 'not applicable'),
      '4.12: names no test',
    ],
    [
      'an attack of the RFC that is left open',
      showing(...redirect, 'open: see below'),
      '4.12: names no test',
    ],
    [
      'what is open and not listed',
      page.replace('- **28(3)(g)**: ', '- **28(3)(h)**: '),
      'GDPR 28(3)(g): is not in the list of what is open',
    ],
    [
      'a file that is not there',
      showing(...redirect, '`test/none.test.ts › x`'),
      'there is no test/none.test.ts',
    ],
    [
      'a test that is not there',
      showing(...redirect, '`infra/identity/test/redirects.test.ts › is safe`'),
      'has no test «is safe»',
    ],
    [
      'the beginning of a title',
      showing(...redirect, '`infra/identity/test/redirects.test.ts › carries a code`'),
      'has no test «carries a code»',
    ],
    [
      'the name of a suite',
      showing(
        ...redirect,
        '`infra/identity/test/redirects.test.ts › the redirect address of a sign-in`',
      ),
      'has no test «the redirect address of a sign-in»',
    ],
  ])('finds %s', (_what, text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem)
  })

  it('fails as a command, with what is wrong', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kilde-map-'))
    const file = join(folder, 'page.md')
    writeFileSync(file, withRow('API7', ''))
    const script = join(root, 'infra/check-security-map.mjs')
    const { status, stderr } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    expect(status).toBe(1)
    expect(stderr).toContain('«OWASP API Security Top 10 (2023)» has 0 rows API7')
  })
})
