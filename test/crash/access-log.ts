// E11: pages of the patient's access log over years. Prints how long one takes.
import { parseArgs } from 'node:util'
import { at as shareAt } from '../bench/statistics.js'
import { wholeNumbers } from './fill.js'
import { startNodeWithYears } from './node-with-years.js'

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    events: { type: 'string', default: '1000' },
    years: { type: 'string', default: '3' },
    others: { type: 'string', default: '1' },
    pages: { type: 'string', default: '200' },
  },
})
/** peers.md E11. */
const MOST_P95_MS = 1_000
const ROWS = 50
const DAY_MS = 86_400_000

const { events, years, others, pages } = wholeNumbers(values)
const untilMs = Date.now()
const node = await startNodeWithYears({ years, perYear: events, others, untilMs })
try {
  const waits: number[] = []
  let unnamed = 0
  for (let turn = 0; turn < pages; turn++) {
    // In turn the newest page, and one that ends on any day of these years.
    const end = new Date(untilMs - Math.floor((turn * years * 365 * DAY_MS) / pages)).toISOString()
    const from = performance.now()
    const page = await node.page({ first: ROWS, filter: turn % 2 === 0 ? {} : { period: { end } } })
    waits.push(performance.now() - from)
    unnamed += page.nodes.filter(
      ({ who, text }) => !who.name || !text.includes(who.name) || !text.includes(node.reader),
    ).length
    if (page.nodes.length === 0) throw new Error('a page holds nothing')
  }
  const [p50, p95] = [shareAt(waits, 0.5), shareAt(waits, 0.95)]
  const names = unnamed === 0 ? 'each names person and organisation' : `${unnamed} UNNAMED`
  process.stdout.write(`${node.accesses} accesses in ${years} years, ${ROWS} on a page, ${names}\n`)
  process.stdout.write(
    `${pages} pages: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms (target: ${MOST_P95_MS})\n`,
  )
  process.exitCode = unnamed === 0 && p95 <= MOST_P95_MS ? 0 : 1
} finally {
  await node.stop()
}
