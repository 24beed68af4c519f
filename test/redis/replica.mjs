// One replica of a service, in a process of its own. Told {method, key, value?, most?, times}, it asks the shared store that
// often at once and tells how many times the answer was yes.
import { silentLogger } from '@kilde/service'
import { openSharedStore } from '@kilde/trust'

const options = { name: 'kilde:test', logger: silentLogger, now: Date.now }
const store = openSharedStore({ ...options, redisUrl: process.env.REDIS_URL })
const methods = {
  claim: ({ key }) => store.claim(key, 60_000),
  bind: ({ key, value }) => store.bind(key, value, 60_000),
  take: ({ key, most }) => store.take(key, [{ part: 'rows', wanted: 1, most }], 60_000),
}
const ask = (task) => methods[task.method](task)

process.on('message', (task) => {
  const asked = Array.from({ length: task.times }, () => ask(task))
  void Promise.all(asked).then((answers) => process.send(answers.filter(Boolean).length))
})
while (store.health().some(({ ok }) => !ok)) await new Promise((then) => setTimeout(then, 10))
process.send('ready')
