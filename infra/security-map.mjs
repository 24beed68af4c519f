import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { maps } from './security-headings.mjs'
import { testTitles } from './test-titles.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const titlesByFile = new Map()

/** What is wrong with the maps of a page (docs/security-model.md), in sentences. */
export function problemsOf(page) {
  const problems = []
  for (const [title, map] of Object.entries(maps)) checkMap({ page, title, problems }, map)
  return problems
}

function checkMap({ page, title, problems }, { headings, open }) {
  const rows = rowsOf(page, title)
  if (rows === undefined) {
    problems.push(`there is no map «${title}»`)
    return
  }
  for (const { id, words } of headings) {
    const found = rows.filter(([first]) => first === id)
    if (found.length !== 1) problems.push(`«${title}» has ${found.length} rows ${id}`)
    if (found.some(([, second]) => words && second !== words))
      problems.push(`${title} ${id}: is called «${words}»`)
  }
  for (const row of rows) {
    if (!headings.some(({ id }) => id === row[0]))
      problems.push(`${title} ${row[0]}: is no heading that we know`)
    problems.push(...checkRow(page, title, open, row))
  }
}

function rowsOf(page, title) {
  const [, section] = page.split(`### ${title}\n`)
  if (section === undefined) return undefined
  const [table] = section.split(/^#{2,3} /m)
  const lines = table.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

function checkRow(page, title, mayBeOpen, [id, , shown = '']) {
  const tests = [...shown.matchAll(/`([^`]+\.ts) › ([^`]+)`/g)]
  const faults = tests.flatMap(([, file, name]) => faultOf(file, name) ?? [])
  if (shown === 'open: see below' && mayBeOpen) {
    if (!openIds(page).includes(id)) faults.push('is not in the list of what is open')
  } else if (tests.length === 0 && !/^not applicable, because .{20,}/.test(shown)) {
    faults.push('names no test')
  }
  return faults.map((fault) => `${title} ${id}: ${fault}`)
}

/** What the bullets of the last section are about: `- **19**, **25(1)**: …` */
function openIds(page) {
  const bullets = (page.split('## Open\n')[1] ?? '').match(/^- \*\*[^:]*/gm) ?? []
  return bullets.flatMap((bullet) => [...bullet.matchAll(/\*\*(.+?)\*\*/g)].map(([, id]) => id))
}

function faultOf(file, name) {
  if (!existsSync(root + file)) return `there is no ${file}`
  if (!titlesIn(file).has(name)) return `${file} has no test «${name}»`
  return isRun(file) ? undefined : `no suite runs ${file}`
}

function titlesIn(file) {
  if (!titlesByFile.has(file)) titlesByFile.set(file, testTitles(root + file))
  return titlesByFile.get(file)
}

/** A suite, or a part that a suite beside it takes in. */
function isRun(file) {
  if (file.endsWith('.test.ts')) return true
  const folder = root + dirname(file)
  const suites = readdirSync(folder).filter((name) => name.endsWith('.test.ts'))
  const part = `'./${basename(file, '.ts')}.js'`
  return suites.some((name) => readFileSync(`${folder}/${name}`, 'utf8').includes(part))
}
