// Kills a process that gives rows out after their records, at random points, and looks for rows without one.
import { parseArgs } from 'node:util'
import { seeded } from '../simulation/random.js'
import { playRound, type Round } from './round.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    writes: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
})

async function main(): Promise<void> {
  const [rounds = 0, writes = 0, seed = 0] = [values.rounds, values.writes, values.seed].map(Number)
  if (![rounds, writes].every((one) => Number.isInteger(one) && one > 0) || !Number.isInteger(seed))
    throw new Error('--rounds, --writes and --seed are whole numbers')
  const chance = seeded(seed)
  const played: Round[] = []
  for (let round = 1; round <= rounds; round++) {
    const killAfter = chance.between(1, writes)
    const found = await playRound(writes, killAfter, chance.between(0, 20))
    played.push(found)
    const { disclosed, lost, undisclosed, whole } = found
    process.stdout.write(
      `round ${round}: killed after ${killAfter}, ${disclosed} rows out, ${undisclosed} records without a row, ${lost} lost${whole ? '' : ', LOG NOT WHOLE'}\n`,
    )
  }
  tell(played)
}

function tell(played: readonly Round[]): void {
  const sum = (key: 'disclosed' | 'lost' | 'undisclosed'): number =>
    played.reduce((total, round) => total + round[key], 0)
  const broken = played.filter(({ whole }) => !whole).length
  process.stdout.write(
    `${played.length} kills, ${sum('disclosed')} rows disclosed, ${sum('undisclosed')} records without a row, ${broken} logs not whole: ${sum('lost')} disclosed rows without a record\n`,
  )
  const holds = sum('lost') === 0 && broken === 0 && played.every(({ disclosed }) => disclosed > 0)
  process.exitCode = holds ? 0 : 1
}

await main()
