import { parseArgs } from 'node:util'
import { blind, evaluate, finalize, generateOprfKey, inputFor, maySee } from '@kilde/locate'
import { makeFilters, outputOf } from './filters.js'
import { modelStaleness } from './staleness.js'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    organizations: { type: 'string', default: '1000' },
    patients: { type: 'string', default: '5000' },
  },
})
const [organizations, patients] = [Number(values.organizations), Number(values.patients)]
const population = Math.max(10_000, patients * 100)
const LOOK_UPS = 500

/** Milliseconds of the processor for one of so many: what else the machine does is not counted. */
function timed(rounds: number, work: (round: number) => void): number {
  const from = process.cpuUsage()
  for (let round = 0; round < rounds; round += 1) work(round)
  const { user, system } = process.cpuUsage(from)
  return rounded((user + system) / 1_000 / rounds)
}

const rounded = (value: number): number => Number(value.toPrecision(3))

const filters = await makeFilters(organizations, patients, population)
const { holdings, held } = filters
let [missed, falseHits, others] = [0, 0, 0]
const lookUp = timed(LOOK_UPS, (person) => {
  const output = outputOf(person)
  holdings.forEach((one, index) => {
    const says = maySee(one, output)
    if (held[index]?.has(person)) missed += says ? 0 : 1
    else {
      others += 1
      falseHits += says ? 1 : 0
    }
  })
})

const key = generateOprfKey()
const input = inputFor('urn:bench|1')
const [one] = [blind(input)]
const batch = Array.from({ length: 64 }, () => one)
const elements = batch.map(({ element }) => element)
const evaluatePerson = timed(20, () => void evaluate(key, elements.slice(0, 1)))
const evaluateBatch = timed(5, () => void evaluate(key, elements))
const answer = evaluate(key, elements.slice(0, 1))
const person = timed(20, () => {
  blind(input)
  finalize([one], answer, key.publicKey)
})

const report = {
  organizations,
  patients,
  memoryBytes: holdings.reduce((sum, { bits }) => sum + bits.length, 0),
  bytesPerOrganization: holdings[0]?.bits.length ?? 0,
  signedBytesPerOrganization: Math.round(filters.signedBytes / organizations),
  lookUpOfAllFiltersMs: lookUp,
  falsePositiveRate: rounded(falseHits / others),
  missed,
  askedOfOrganizations: rounded(
    (falseHits + held.reduce((sum, own) => sum + countOf(own), 0)) / LOOK_UPS,
  ),
  gatewayOprfMs: person,
  evaluatorPerPersonMs: evaluatePerson,
  evaluatorPer64Ms: evaluateBatch,
  buildOneFilterMs: rounded(filters.buildMs),
  openOneFilterMs: rounded(filters.openMs),
  stalenessModel: modelStaleness(100_000, 0.05),
}

function countOf(own: ReadonlySet<number>): number {
  let count = 0
  for (let number = 0; number < LOOK_UPS; number += 1) if (own.has(number)) count += 1
  return count
}

console.info(values.json ? JSON.stringify(report) : JSON.stringify(report, null, 2))
if (missed > 0) process.exitCode = 1
