// Proves a network of containers that runs (`npm run compose:up`): the README's question through the load balancer, while one
// part after the other is killed, stopped or cut off; the answer says so each time, and is whole again after.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { compose, untilHealthy } from '../../infra/containers/compose.mjs'

const PATIENT = '08825133489'
const say = (line) => process.stdout.write(`${line}\n`)

/** The question through the load balancer, by a professional who signs in for it. */
function ask() {
  const text = compose(
    ['run', '--rm', '--no-deps', 'kilde', 'query', '--as', 'nurse', '--patient', PATIENT],
    { capture: true, check: false },
  )
  const start = text.indexOf('{')
  if (start < 0) return { status: {}, complete: undefined }
  const { data, errors } = JSON.parse(text.slice(start))
  const list = data?.patient?.observations
  return {
    code: errors?.[0]?.extensions?.code,
    complete: list?.complete,
    rows: list?.nodes.length,
    status: Object.fromEntries(
      (list?.sources ?? []).map(({ organization, status }) => [organization.name, status]),
    ),
  }
}

/** Asks until the answer is so: after a change, what is in flight ends and breakers close within seconds. */
function until(claim, isSo, tries = 12) {
  let answer
  for (let tried = 0; tried < tries; tried++) {
    answer = ask()
    if (isSo(answer)) return say(`${claim}: ${JSON.stringify(answer)}`)
  }
  assert.fail(`not so: ${claim}: ${JSON.stringify(answer)}`)
}

const isWhole = ({ complete, rows }) => complete === true && rows > 0
const docker = (...args) =>
  assert.equal(spawnSync('docker', args).status, 0, `docker ${args.join(' ')}`)
const kill = (name) => compose(['kill', name])
const start = (name) => {
  compose(['start', name])
  untilHealthy()
}
/** Only Solvik is missing, says why, and the others' rows are there. */
const isWithout =
  (...statuses) =>
  ({ complete, rows, status }) => {
    const { 'Solvik kommune': missing, ...others } = status
    return (
      complete === false &&
      rows > 0 &&
      statuses.includes(missing) &&
      Object.values(others).every((one) => one === 'OK' || one === 'EMPTY')
    )
  }

until('all of it', isWhole)

kill('municipality')
until('a node is killed: its source says so, the others answer', isWithout('UNREACHABLE'))
start('municipality')
until('the node is back', isWhole)

kill('gateway-1')
until('a gateway is killed: the other one answers', isWhole)
start('gateway-1')
kill('gateway-2')
until('the other gateway is killed: the first answers', isWhole)
start('gateway-2')

kill('redis')
until(
  'Redis is killed: what must be single-use is refused',
  ({ status, complete }) => complete === undefined && Object.keys(status).length === 0,
)
start('redis')
until('Redis is back', isWhole)

docker('network', 'disconnect', 'kilde_municipality', 'kilde_gateway-1_1')
docker('network', 'disconnect', 'kilde_municipality', 'kilde_gateway-2_1')
until('a network is cut: its source says so', isWithout('UNREACHABLE', 'TIMED_OUT'))
docker('network', 'connect', 'kilde_municipality', 'kilde_gateway-1_1')
docker('network', 'connect', 'kilde_municipality', 'kilde_gateway-2_1')
until('the network is whole', isWhole)

kill('identity')
until(
  'the identity service is killed: nobody signs in, nothing is answered',
  ({ complete }) => complete === undefined,
)
start('identity')
until('the identity service is back', isWhole)

say('every outage was told, and every answer is whole again')
