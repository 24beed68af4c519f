import pc from 'picocolors'
import type { Output } from './surroundings.js'

/** Colours where somebody looks; plain text in files and pipes. */
export const coloursFor = ({ isTerminal }: Output) => pc.createColors(isTerminal)

export type Colours = ReturnType<typeof coloursFor>
