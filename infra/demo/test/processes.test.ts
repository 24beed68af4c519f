import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { measureTree } from '../src/memory.js'
import { portsFrom, requireFreePorts } from '../src/ports.js'
import { startProcess } from '../src/processes.js'

async function withProgram(
  text: string,
  use: (program: { name: string; file: string; env: object; logFile: string }) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kilde-processes-'))
  const file = join(directory, 'program.mjs')
  await writeFile(file, text)
  try {
    await use({ name: 'gp', file, env: { GREETING: 'hello' }, logFile: join(directory, 'log') })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const READY = `process.send({ ready: true, url: 'http://127.0.0.1:1' }); `

describe('startProcess', () => {
  it('waits until the service is ready, keeps its words in a file and stops it', () =>
    withProgram(
      `process.on('SIGTERM', () => process.exit(0)); process.send({ databases: 5 });
       console.error(process.env.GREETING, process.env.npm_package_name); ${READY} setInterval(() => {}, 1000)`,
      async (program) => {
        const service = await startProcess({ ...program, env: { GREETING: 'hello' } })
        expect(service).toMatchObject({ url: 'http://127.0.0.1:1', messages: [{ databases: 5 }] })
        await service.stop()
        expect(await service.ended).toBe('exit code 0')
        expect(await readFile(program.logFile, 'utf8')).toBe('hello undefined\n')
      },
    ))

  it('says what a service that does not start said last', () =>
    withProgram(
      `console.error('first'); console.error('gp: Configuration: KILDE_PORT: is no number'); process.exit(1)`,
      (program) =>
        expect(startProcess({ ...program, env: {} })).rejects.toMatchObject({
          code: 'SERVICE_NOT_STARTED',
          publicText: 'gp did not start: gp: Configuration: KILDE_PORT: is no number',
        }),
    ))

  it('tells when a service is killed, and stopping it then is no fault', () =>
    withProgram(`${READY} setInterval(() => {}, 1000)`, async (program) => {
      const service = await startProcess({ ...program, env: {} })
      process.kill(service.pid, 'SIGKILL')
      expect(await service.ended).toBe('SIGKILL')
      await service.stop()
    }))
})

describe('requireFreePorts', () => {
  it('names the port that is taken and whose it would be', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const ports = {
      identity: 0,
      registry: port,
      privacy: 0,
      municipality: 0,
      hospital: 0,
      gp: 0,
      neighbour: 0,
      hosted: 0,
      operator: 0,
      gateway: 0,
    }
    await expect(requireFreePorts(ports, '127.0.0.1')).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      publicText: `Port ${port} (registry) is in use by another program. Stop it, or set KILDE_PORT_BASE to other ports.`,
    })
    taken.close()
    await once(taken, 'close')
    await requireFreePorts(ports, '127.0.0.1')
  })

  it('keeps to the addresses that the design promises', () => {
    expect(portsFrom(4000)).toEqual({
      gateway: 4000,
      identity: 4100,
      registry: 4200,
      privacy: 4300,
      municipality: 4401,
      hospital: 4402,
      gp: 4403,
      neighbour: 4404,
      hosted: 4405,
      operator: 4400,
    })
  })
})

describe('measureTree', () => {
  it('counts a process and its children', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const use = measureTree(process.pid)
    child.kill()
    await once(child, 'exit')
    expect(use?.processes).toBeGreaterThanOrEqual(2)
    expect(use?.bytes).toBeGreaterThan(20_000_000)
    expect(use?.kind).toMatch(/^(PSS|RSS)$/)
  })
})
