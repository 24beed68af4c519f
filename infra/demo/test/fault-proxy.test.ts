import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createFaultProxy, type FaultProxy } from '../src/fault-proxy.js'

const node = createServer((request, answer) => {
  let body = ''
  request.on('data', (part) => {
    body += part
  })
  request.on('end', () => answer.writeHead(201).end(`${request.method} ${request.url} ${body}`))
})
let proxy: FaultProxy

beforeAll(async () => {
  node.listen(0, '127.0.0.1')
  await once(node, 'listening')
  proxy = await createFaultProxy()
  proxy.pointAt(`http://127.0.0.1:${(node.address() as { port: number }).port}`)
})
afterAll(async () => {
  await proxy.stop()
  node.close()
})

const ask = async () => {
  const signal = AbortSignal.timeout(300)
  const response = await fetch(`${proxy.url}/graphql`, { method: 'POST', body: 'question', signal })
  return `${response.status} ${await response.text()}`
}

it('passes requests on and answers back as they are', async () => {
  expect(await ask()).toBe('201 POST /graphql question')
})

it('changes what the node says', async () => {
  proxy.behave({ change: (body) => body.replace('question', 'answer') })
  expect(await ask()).toBe('201 POST /graphql answer')
})

it('answers by itself', async () => {
  proxy.behave({ status: 200, body: 'rubbish' })
  expect(await ask()).toBe('200 rubbish')
})

it('answers by a function that is given the connection', async () => {
  proxy.behave((incoming, answer) => answer.writeHead(418).end(`instead of ${incoming.method}`))
  expect(await ask()).toBe('418 instead of POST')
})

it('cuts the connection, or never answers', async () => {
  proxy.behave('cut')
  await expect(ask()).rejects.toThrow('fetch failed')
  proxy.behave('silent')
  await expect(ask()).rejects.toThrow('aborted due to timeout')
  expect(proxy.requests()).toBe(6)
})
