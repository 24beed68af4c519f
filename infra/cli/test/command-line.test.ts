import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { patients } from '@kilde/people'
import { runHere } from './kit.js'

const patient = patients.copd.identifier

describe('the command line', () => {
  it.each([
    [[]],
    [['registry']],
    [['quary']],
    [['query', '--patient', patient]],
    [['query', '--as', 'gp', '--patinet', patient]],
    [['load', 'bundle.json']],
    [['registry', 'add', '310000906']],
  ])('is wrong, and says so with exit code 2: kilde %j', async (args) => {
    const { code, out, err } = await runHere(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/error: |Usage: /)
    expect(err).not.toContain(patient)
  })

  it.each([
    [['--help'], 'npm run -s kilde -- demo'],
    [['query', '--help'], 'query LungFunction'],
    [['demo', '--help'], 'kilde demo --json'],
    [['sources', '--help'], 'kilde sources --as nurse'],
    [['load', '--help'], 'kilde load bundle.json --to municipality'],
    [['registry', '--help'], 'kilde registry drain hospital'],
    [['registry', 'list', '--help'], 'kilde registry list'],
    [['registry', 'add', '--help'], '--member --agree-all'],
    [['registry', 'remove', '--help'], 'kilde registry remove hospital'],
    [['registry', 'set', '--help'], 'kilde registry set hospital --page-keys new.json'],
    [['registry', 'agree', '--help'], '--both-ways'],
    [['policy', 'sign', '--help'], 'kilde policy sign rules --key policy-key.json'],
    [['policy', 'verify', '--help'], '--after in-force.jws'],
    [['registry', 'state', '--help'], 'kilde registry state'],
  ])('explains itself on standard output, with an example: kilde %j', async (args, example) => {
    const { code, out, err } = await runHere(args)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Usage: kilde')
    expect(out).toContain(example)
  })

  it('lists the personas that exist where one is unknown', async () => {
    const { code, out, err } = await runHere(['query', '--as', 'surgeon', '--patient', patient])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toBe(
      'kilde: There is no such persona; there are: gp, nurse, hospital-doctor, acute-doctor, secretary, log-controller, patient, youth, parent, proxy.\n',
    )
  })

  it('refuses a port that is none', async () => {
    const { code, err } = await runHere(['demo', '--port-base', '70000'])
    expect(code).toBe(2)
    expect(err).toBe('kilde: --port-base (KILDE_PORT_BASE) takes a port, 1 to 65535.\n')
  })

  it.each([[['demo']], [['demo', '--json']], [['sources']], [['registry', 'list']]])(
    'says in one line that no demo runs: kilde %j',
    async (args) => {
      const { code, out, err } = await runHere(args)
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(/^kilde: No demo is running here\. Start it with `npm start`\.\n$/)
    },
  )
})

describe('a question', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kilde-cli-'))
    await writeFile(
      join(folder, 'broken.graphql'),
      'query ($identifier: PatientIdentifier!) {\n  patient(\n}',
    )
    await writeFile(join(folder, 'names.graphql'), '{ organizations { name } }')
    await writeFile(
      join(folder, 'two.graphql'),
      'query One { organizations { name } } query Two { organizations { number } }',
    )
  })
  const ask = (args: readonly string[], stdin?: string) =>
    runHere(['query', '--as', 'gp', ...args], { folder, ...(stdin !== undefined && { stdin }) })

  it.each([
    ['08825133480', 'The check digits of the patient identifier are wrong.'],
    ['0882513348', 'A patient identifier has 11 digits, bare or as `system|value`.'],
    ['08425133489', 'This is a local help number'],
    [`urn:oid:1.2.3|${patient}`, 'The system of the patient identifier is not known.'],
  ])('with a wrong identifier is refused without repeating it: %s', async (identifier, text) => {
    for (const { code, out, err } of [
      await ask(['--patient', identifier]),
      await ask(['--patient', '-'], `${identifier}\n`),
    ]) {
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toContain(`kilde: ${text}`)
      expect(err).not.toContain(identifier)
      expect(err).not.toMatch(/\d{10}/)
    }
  })

  it.each([
    ['no patient', [], 'kilde: The query is about a patient: give --patient'],
    [
      'variables that are no JSON',
      ['--patient', patient, '--variables', '{first'],
      '--variables takes a JSON object',
    ],
    [
      'variables that are no object',
      ['--patient', patient, '--variables', '[1]'],
      '--variables takes a JSON object',
    ],
    [
      'the patient twice',
      ['--patient', patient, '--variables', `{"identifier":"${patient}"}`],
      'Give the patient once',
    ],
    [
      'a patient that it has no variable for',
      ['--patient', patient, '--file', 'names.graphql'],
      'The operation has no variable $identifier',
    ],
    ['several operations', ['--file', 'two.graphql'], '--operation: One, Two.'],
    [
      'an unknown operation',
      ['--file', 'two.graphql', '--operation', 'Three'],
      '--operation: One, Two.',
    ],
    [
      'an address that is none',
      ['--patient', patient, '--endpoint', 'gateway'],
      '--endpoint takes an http or https address',
    ],
  ])('with %s is wrong usage: exit code 2', async (_what, args, text) => {
    const { code, out, err } = await ask(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(text)
    expect(err).not.toContain(patient)
    expect(err.split('\n')).toHaveLength(2)
  })

  it('in a file that is not there is refused by the name of the file', async () => {
    const { code, err } = await ask(['--patient', patient, '--file', 'q.graphql'])
    expect(code).toBe(1)
    expect(err).toBe('kilde: q.graphql cannot be read: there is no such file.\n')
  })

  it('with a syntax error is refused with its place', async () => {
    const { code, err } = await ask(['--patient', patient, '--file', 'broken.graphql'])
    expect(code).toBe(1)
    expect(err).toBe('kilde: broken.graphql:3:1: Syntax Error: Expected Name, found "}".\n')
  })

  it('that is all right needs a running demo', async () => {
    for (const args of [
      ['--patient', patient],
      ['--file', 'names.graphql'],
      ['--file', 'two.graphql', '--operation', 'Two'],
    ]) {
      const { code, err } = await ask(args)
      expect(code).toBe(1)
      expect(err).toContain('No demo is running here.')
    }
  })
})
