import { MAIN_CASE, type Variant } from './cases.js'
import type { Row } from './measure.js'
import { perSource } from './targets.js'

const WIDTH = 760
const BAR_HEIGHT = 22
const BAR_GAP = 8
const LABEL_WIDTH = 130
const VALUE_WIDTH = 150
const PLOT_HEIGHT = 200
const PER_SOURCE: readonly Variant[] = ['relay', 'merge-only', 'secure']
const COLOURS: Readonly<Partial<Record<Variant, string>>> = {
  relay: '#8a8f98',
  'merge-only': '#1b7f5c',
  secure: '#1f5fa8',
  general: '#7a6bb0',
}
const OTHER_COLOUR = '#c0713a'

/** Two drawings in one SVG: CPU time per query at 20 × 50 as bars, and CPU time per source over the number of sources. */
export function drawChart(rows: readonly Row[]): string {
  const main = rows.filter((row) => row.case === MAIN_CASE && row.variant !== 'secure-cold')
  const bars = drawBars(main)
  const top = 40 + main.length * (BAR_HEIGHT + BAR_GAP) + 50
  const height = top + PLOT_HEIGHT + 60
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    '<title>CPU time of the gateway beside a raw relay and @apollo/gateway</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    heading(20, 'CPU time per query, 20 sources with 50 rows each (milliseconds; times the relay)'),
    ...bars,
    heading(
      top - 20,
      'CPU time per source (microseconds), 50 rows each, over the number of sources',
    ),
    ...drawLines(rows, top),
    '</svg>',
    '',
  ].join('\n')
}

const heading = (y: number, text: string): string =>
  `<text x="10" y="${y}" font-weight="600">${text}</text>`

function drawBars(rows: readonly Row[]): string[] {
  const longest = Math.max(...rows.map(({ cpuMsPerQuery }) => cpuMsPerQuery))
  return rows.flatMap(({ variant, cpuMsPerQuery, relayRatio }, index) => {
    const y = 36 + index * (BAR_HEIGHT + BAR_GAP)
    const width = ((WIDTH - LABEL_WIDTH - VALUE_WIDTH) * cpuMsPerQuery) / longest
    const middle = y + BAR_HEIGHT / 2 + 5
    return [
      `<text x="10" y="${middle}">${variant}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" fill="${colourOf(variant)}"/>`,
      `<text x="${(LABEL_WIDTH + width + 6).toFixed(1)}" y="${middle}">${cpuMsPerQuery} (${relayRatio.toFixed(2)} ×)</text>`,
    ]
  })
}

const colourOf = (variant: Variant): string => COLOURS[variant] ?? OTHER_COLOUR

function drawLines(all: readonly Row[], top: number): string[] {
  const rows = all.filter(
    ({ rowsPerSource, variant }) => rowsPerSource === 50 && PER_SOURCE.includes(variant),
  )
  const most = Math.max(...rows.map((row) => perSource(row) * 1_000)) * 1.1
  const sizes = [...new Set(rows.map(({ sources }) => sources))]
  const x = (sources: number): number => 60 + (Math.log10(sources) / 3) * (WIDTH - 190)
  const y = (value: number): number => top + PLOT_HEIGHT * (1 - value / most)
  const base = top + PLOT_HEIGHT
  return [
    `<path d="M60 ${top}V${base}H${WIDTH - 120}" fill="none" stroke="#444"/>`,
    ...[0, 0.25, 0.5, 0.75].map((share) => {
      const value = most * share
      return `<text x="52" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value.toFixed(0)}</text>`
    }),
    ...sizes.map(
      (size) =>
        `<text x="${x(size).toFixed(1)}" y="${base + 18}" text-anchor="middle">${size}</text>`,
    ),
    ...PER_SOURCE.flatMap((variant) =>
      drawLine(
        rows.filter((row) => row.variant === variant),
        x,
        y,
      ),
    ),
  ]
}

function drawLine(
  rows: readonly Row[],
  x: (sources: number) => number,
  y: (value: number) => number,
): string[] {
  const points = rows.map((row) => [x(row.sources), y(perSource(row) * 1_000)] as const)
  const last = points.at(-1)
  const variant = rows.at(-1)?.variant
  if (!last || !variant) return []
  const colour = colourOf(variant)
  const path = points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ')
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.map(
      ([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3" fill="${colour}"/>`,
    ),
    `<text x="${(last[0] + 8).toFixed(1)}" y="${(last[1] + 4).toFixed(1)}" fill="${colour}">${variant}</text>`,
  ]
}
