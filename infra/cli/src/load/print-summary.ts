import type { Colours } from '../style.js'
import type { Origin } from './part.js'
import type { Reason, Summary } from './tally.js'

const MOST_REASONS = 20

/** The summary in words, a line for each reason. */
export function summaryText(summary: Summary, name: string, { bold, red }: Colours): string {
  const { created, updated, unchanged, used, refused, reasons } = summary
  const taken = created + updated
  const more = reasons.length - MOST_REASONS
  return [
    `${bold(`${name}: ${count(taken)} taken`)} (${count(created)} new, ${count(updated)} updated), ${count(unchanged)} unchanged, ${(refused > 0 ? red : String)(`${count(refused)} refused`)}${used > 0 ? `, ${count(used)} used for references only` : ''}.`,
    ...reasons.slice(0, MOST_REASONS).map(reasonLine),
    ...(more > 0 ? [`  … and ${more} more reasons: --json has them all.`] : []),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function reasonLine({ count: times, element, text, first }: Reason): string {
  const what = element ? `${element}: ${text}` : text
  return `  ${count(times)} × ${what} (${times > 1 ? 'first: ' : ''}${placeText(first)})`
}

const placeText = ({ file, place }: Origin): string => (place ? `${file}, ${place}` : file)

const count = (number: number): string => number.toLocaleString('en-GB')
