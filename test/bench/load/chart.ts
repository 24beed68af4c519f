import type { LoadFigures } from './targets.js'

const WIDTH = 760
const HEIGHT = 220
const LEFT = 70
const LINES = [
  ['p50Ms', 'p50', '#1b7f5c'],
  ['p95Ms', 'p95', '#1f5fa8'],
  ['p99Ms', 'p99', '#c0713a'],
] as const

/** Latencies over the rate, up to where they no longer hold (logarithmic: the last step is far above the others). */
export function drawLoad({ saturation }: LoadFigures): string {
  const { steps } = saturation
  const rates = steps.map(({ perSecond }) => perSecond)
  const most = Math.max(...steps.map(({ p99Ms }) => p99Ms), 1_000)
  const x = (rate: number): number => LEFT + (rate / Math.max(...rates, 1)) * (WIDTH - LEFT - 80)
  const y = (ms: number): number =>
    40 + HEIGHT * (1 - Math.log10(Math.max(ms, 10) / 10) / Math.log10(most / 10))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT + 80}" font-family="system-ui, sans-serif" font-size="13">`,
    '<title>Latency of the gateway over the rate of requests</title>',
    `<rect width="${WIDTH}" height="${HEIGHT + 80}" fill="#ffffff"/>`,
    '<text x="10" y="20" font-weight="600">Latency (milliseconds, logarithmic) over requests a second</text>',
    `<path d="M${LEFT} 40V${40 + HEIGHT}H${WIDTH - 60}" fill="none" stroke="#444"/>`,
    ...[10, 50, 150, 400, 1_000]
      .filter((ms) => ms <= most)
      .map(
        (ms) =>
          `<text x="${LEFT - 8}" y="${(y(ms) + 4).toFixed(1)}" text-anchor="end">${ms}</text>`,
      ),
    ...rates.map(
      (rate) =>
        `<text x="${x(rate).toFixed(1)}" y="${HEIGHT + 60}" text-anchor="middle">${rate}</text>`,
    ),
    ...LINES.flatMap(([field, name, colour]) => {
      const points = steps.map((step) => [x(step.perSecond), y(step[field])] as const)
      const last = points.at(-1)
      const path = points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ')
      return [
        `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        `<text x="${((last?.[0] ?? 0) + 8).toFixed(1)}" y="${((last?.[1] ?? 0) + 4).toFixed(1)}" fill="${colour}">${name}</text>`,
      ]
    }),
    '</svg>',
    '',
  ].join('\n')
}
