// For who reviews break-glass at an organisation: lists what is to be reviewed, and takes verdicts.
//   node dist/review-main.js --directory <KILDE_AUDIT_DIRECTORY> --organization <number>
//     [--review <id> --verdict JUSTIFIED|NOT_JUSTIFIED --by <who>]
// Exit code 1 while a review is overdue.
import { parseArgs } from 'node:util'
import { builtInBundle } from './policy/bundle.js'
import { openReviews, overdue, reviewsFile, verdictOf } from './policy/reviews.js'

const { values } = parseArgs({
  options: {
    directory: { type: 'string' },
    organization: { type: 'string' },
    review: { type: 'string' },
    verdict: { type: 'string' },
    by: { type: 'string' },
    days: { type: 'string' },
  },
})

const { directory, organization, review, verdict, by } = values
if (!directory || !organization) throw new Error('--directory and --organization are needed')
const reviews = openReviews(reviewsFile(directory, organization))
if (review !== undefined) {
  if (!by) throw new Error('--by is needed: who reviewed')
  await reviews.review(review, verdictOf(verdict), by, Date.now())
}
const all = await reviews.all()
for (const one of all) process.stdout.write(`${JSON.stringify(one)}\n`)
const days = Number(values.days ?? builtInBundle().tables.breakGlass.reviewDays)
const late = overdue(all, days, Date.now())
const open = all.filter(({ reviewed }) => !reviewed)
process.stdout.write(`${all.length} in all, ${open.length} to review, ${late.length} overdue\n`)
process.exitCode = late.length > 0 ? 1 : 0
