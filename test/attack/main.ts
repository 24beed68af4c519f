import { parseArgs } from 'node:util'
import { type Random, seeded } from '../simulation/random.js'
import { askNode, capture, createAttempt } from './attack.js'
import { type Attack, attacks } from './attacks.js'
import { createWorld, targets, type World } from './world.js'

const { values } = parseArgs({
  options: { attempts: { type: 'string', default: '300' }, seed: { type: 'string', default: '1' } },
})
const [attempts, seed] = [Number(values.attempts), Number(values.seed)]
if (!Number.isInteger(attempts) || attempts < 1 || !Number.isInteger(seed)) {
  process.stderr.write('usage: npm run test:attack -- [--attempts N] [--seed N]\n')
  process.exit(2)
}

const AT_ONCE = 8
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const world = await createWorld()
const failures = new Map<string, string[]>()
const counts = new Map<string, number>()
let honest = 0
try {
  const random = seeded(seed)
  let next = 0
  const work = async (): Promise<void> => {
    while (next < attempts) {
      const attack = attacks[next++ % attacks.length]
      await world.keepSignedIn()
      if (attack) await attempt(world, attack, random)
      // Without it a network that answers nobody would pass.
      if (next % 50 === 1) await honestly(world, random)
    }
  }
  await honestly(world, random)
  await Promise.all(Array.from({ length: AT_ONCE }, work))
} finally {
  await world.stop()
}

for (const { name } of attacks) {
  const failed = failures.get(name) ?? []
  say(
    `${String(counts.get(name) ?? 0).padStart(6)}  ${name}${failed.length > 0 ? `: ${failed.length} NOT HELD OFF` : ''}`,
  )
  for (const what of failed.slice(0, 3)) say(`        ${what}`)
}
const others = failures.get('honest requests') ?? []
for (const what of others.slice(0, 3)) say(`        an honest request failed: ${what}`)
const lost = [...failures.values()].flat().length
say(`${honest} honest requests in between were answered`)
say(`${lost} disclosures in ${attempts.toLocaleString('en')} attempts`)
process.exit(lost === 0 && honest > 0 ? 0 : 1)

async function attempt(at: World, attack: Attack, random: Random): Promise<void> {
  counts.set(attack.name, (counts.get(attack.name) ?? 0) + 1)
  const outcome = await attack.run(createAttempt(at, random))
  if (outcome !== undefined) note(attack.name, outcome)
}

/** What a live requester asked is answered: the doors that the attacks find closed are doors. */
async function honestly(at: World, random: Random): Promise<void> {
  const captured = capture(at, random)
  const { status, text } = await askNode({
    world: at,
    random,
    target: random.pick(targets),
    captured,
  })
  if (status === 200) honest += 1
  else note('honest requests', `${status} ${text}`)
}

function note(name: string, what: string): void {
  failures.set(name, [...(failures.get(name) ?? []), what])
}
