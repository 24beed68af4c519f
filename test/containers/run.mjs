// Proves a network of containers that runs (`npm run compose:up`): the README's question through the load balancer, while one
// part after the other is killed or cut off. The answer says so each time, nothing else falls ill, and all is whole after.
import assert from 'node:assert/strict'
import { register } from 'node:module'
import { untilHealthy } from '../../infra/containers/compose.mjs'
import { ask, askPatientsLog, readTelemetry } from './ask.mjs'
import { cut, illParts, kill, mend, revive } from './outages.mjs'

// What it shares with other tests is TypeScript.
register('../simulation/typescript-hooks.mjs', import.meta.url)
const { joinedTrace, numbersIn, SERVICES, unreadIn } = await import('./telemetry.ts')

const GATEWAYS = ['gateway-1', 'gateway-2']
const say = (line) => process.stdout.write(`${line}\n`)

/** Asks until the answer is so: after a change, what is in flight ends and breakers close within seconds. */
function until(claim, isSo, question = ask) {
  let answer
  for (let tried = 0; tried < 12; tried++) {
    answer = question()
    if (isSo(answer)) return say(`${claim}: ${JSON.stringify(answer)}`)
  }
  assert.fail(`not so: ${claim}: ${JSON.stringify(answer)}`)
}

const isWhole = ({ complete, rows }) => complete === true && rows > 0
/** Only Solvik is missing, says why, and the others' rows are there. */
const isWithoutSolvik =
  (...statuses) =>
  ({ complete, rows, status }) => {
    const { 'Solvik kommune': missing, ...others } = status
    const answered = Object.values(others).every((one) => one === 'OK' || one === 'EMPTY')
    return complete === false && rows > 0 && statuses.includes(missing) && answered
  }
/** Nothing of the patient is told, and what is said instead matches. */
const isRefused =
  (reason) =>
  ({ complete, rows, said = '' }) =>
    complete === undefined && rows === undefined && reason.test(said)

/** Kills a part, expects the answer to say so and no other part to fall ill, and brings it back. */
function without(part, claim, isSo, { alsoIll = [] } = {}) {
  kill(part)
  until(`${part} is killed: ${claim}`, isSo)
  const ill = illParts()
  assert.ok(ill.includes(part), `${part} runs`)
  assert.deepEqual(
    ill.filter((name) => name !== part && !alsoIll.includes(name)),
    [],
    `others that are ill while ${part} is down`,
  )
  revive(part)
  until(`${part} is back`, isWhole)
}

untilHealthy()
until('all of it', isWhole)

without('municipality', 'its source says so, the others answer', isWithoutSolvik('UNREACHABLE'))
without('gateway-1', 'the other one answers', isWhole)
without('gateway-2', 'the first one answers', isWhole)
until(
  'the patient’s log tells what was asked through each gateway',
  ({ gateways }) => gateways.join() === '1,2',
  askPatientsLog,
)
// Proofs are single-use over both gateways: without Redis nobody can tell, and unclear means deny.
without('redis', 'what must be single-use is refused', isRefused(/REPLAY_STORE_UNAVAILABLE/), {
  alsoIll: GATEWAYS,
})
without('identity', 'nobody signs in', isRefused(/identity/i))

cut('municipality')
until(
  'a network is cut: its source says so, the others answer',
  isWithoutSolvik('UNREACHABLE', 'TIMED_OUT'),
)
mend('municipality')
until('the network is whole', isWhole)

const told = readTelemetry(SERVICES)
say(`one question, one trace: ${JSON.stringify(joinedTrace(told))}`)
assert.deepEqual(unreadIn(told), [], 'services whose metrics cannot be read')
assert.deepEqual(numbersIn(told), [], 'where telemetry holds a person’s number')
say('the metrics of every service can be read, and neither they nor traces hold a person’s number')

say('every outage was told, and every answer is whole again')
