import { bodyFaults } from './body-faults.js'
import { honestWays } from './honest.js'
import { listFaults } from './list-faults.js'
import type { Fault } from './scene.js'
import { tokenFaults } from './sim-tokens.js'
import { wireFaults } from './wire-faults.js'

const faults = { ...wireFaults, ...bodyFaults, ...listFaults, ...tokenFaults }

export type FaultName = keyof typeof faults | keyof typeof honestWays

export const faultNames = Object.keys(faults) as readonly FaultName[]
export const honestNames = Object.keys(honestWays) as readonly FaultName[]

const all: Readonly<Record<FaultName, Fault>> = { ...faults, ...honestWays }

export const faultNamed = (name: FaultName): Fault => all[name]
