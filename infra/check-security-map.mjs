// Fails where docs/security-model.md names a test that does not exist, where a row of its maps names none, or where a heading of what
// it maps is missing. A test is named as `file › title`; the title may be the beginning of one that is made for many cases.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/security-model.md`, 'utf8')

/** What each map must have a row for, shown by a test, not applicable, or open: nothing is left out. */
const wanted = {
  'OWASP API Security Top 10 (2023)': Array.from({ length: 10 }, (_, at) => `API${at + 1}`),
  'RFC 9700, section 4': Array.from({ length: 17 }, (_, at) => `4.${at + 1}`),
  'EHDS, article 9': ['9(1)', '9(2)(a)', '9(2)(b)', '9(2)(c)', '9(3)'],
  'Normen: logging': ['N1', 'N2', 'N3', 'N4'],
  GDPR: ['5(1)(b)', '5(1)(c)', '5(1)(d)', '5(1)(e)', '5(1)(f)', '19', '25', '28', '32'],
}
const problems = []

for (const [title, ids] of Object.entries(wanted)) {
  const rows = rowsOf(title)
  for (const id of ids) {
    const row = rows.find(([first]) => first === id)
    if (!row) problems.push(`«${title}» has no row ${id}`)
  }
  for (const row of rows) checkRow(title, row)
}

function rowsOf(title) {
  const [, section] = page.split(`### ${title}\n`)
  if (section === undefined) {
    problems.push(`there is no map «${title}»`)
    return []
  }
  const [table] = section.split(/^#{2,3} /m)
  const lines = table.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

function checkRow(title, [id, , shown = '']) {
  const tests = [...shown.matchAll(/`([^`]+\.ts) › ([^`]+)`/g)]
  const excused = /^(not applicable, because .{20,}|open: see below)/.test(shown)
  if (tests.length === 0 && !excused) problems.push(`${title} ${id}: names no test`)
  if (shown.startsWith('open') && !openSection().includes(id))
    problems.push(`${title} ${id}: is not in the list of what is open`)
  for (const [, file, name] of tests) checkTest(`${title} ${id}`, file, name)
}

function openSection() {
  return page.split('## Open\n')[1] ?? ''
}

/** The title stands in the file as that of a test: behind a quotation mark, in a call or in a table of cases. */
function checkTest(where, file, name) {
  if (!existsSync(root + file)) {
    problems.push(`${where}: there is no ${file}`)
    return
  }
  const source = readFileSync(root + file, 'utf8')
  const titled = ["'", '`', '"'].some((quote) => source.includes(quote + name))
  if (!titled || !/\b(it|test)(\.each)?\(/.test(source))
    problems.push(`${where}: ${file} has no test «${name}»`)
}

if (problems.length > 0) {
  process.stderr.write(`docs/security-model.md:\n  ${problems.join('\n  ')}\n`)
  process.exit(1)
}
