import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { catalogueOf, fill, type Plan, reach, writeDemoFile } from '@kilde/demo/network'
import { STATE } from './plan.js'
import { type KnownNode, withMore } from './scale/with-more.js'
import { GIVEN } from './settings-of.js'

const say = (line: string): void => void process.stdout.write(`kilde: ${line}\n`)

const plan = JSON.parse(await readFile(join(GIVEN, 'plan.json'), 'utf8')) as Plan
const { admin, loaderTo } = reach(plan)
if (process.argv[2] === 'registry') {
  const more = JSON.parse(await readFile(join(GIVEN, 'more.json'), 'utf8')) as readonly KnownNode[]
  await admin.importState(withMore(catalogueOf(plan), more))
  say('the registry holds the demo’s organisations')
} else {
  await mkdir(join(STATE, 'keys'), { recursive: true, mode: 0o700 })
  await writeDemoFile(STATE, await fill(plan, { services: {}, loaderTo }, say))
  say('filled')
}
await admin.close()
