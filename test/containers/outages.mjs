// What is done to the containers of a network, and how they are.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { compose, PROJECT, statesOf, untilHealthy } from '../../infra/containers/compose.mjs'

export const kill = (part) => compose(['kill', part])

/** Brings a part back, and waits until all are healthy again. */
export function revive(part) {
  compose(['start', part])
  untilHealthy()
}

/** Between a node's network and the gateways. */
export const cut = (network) => gateways((container) => network_('disconnect', network, container))
export const mend = (network) => gateways((container) => network_('connect', network, container))

/** The parts that do not run, or say of themselves that they are not well. */
export const illParts = () =>
  statesOf()
    .filter(({ state, health }) => state !== 'running' || health === 'unhealthy')
    .map(({ name }) => name.replace(new RegExp(`^${PROJECT}[_-]|[_-]1$`, 'g'), ''))

function gateways(act) {
  const all = statesOf().map(({ name }) => name)
  const found = all.filter((name) => /[_-]gateway-\d[_-]1$/.test(name))
  assert.equal(found.length, 2, 'there are two gateways')
  for (const container of found) act(container)
}

function network_(change, network, container) {
  const args = ['network', change, `${PROJECT}_${network}`, container]
  assert.equal(spawnSync('docker', args).status, 0, `docker ${args.join(' ')}`)
}
