import { writeNetwork } from './write-network.js'

const [directory, nodes = '0'] = process.argv.slice(2)
if (!directory) throw new Error('name the folder of the network')
await writeNetwork(directory, Number(nodes))
