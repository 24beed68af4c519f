import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { createProgram } from '@kilde/cli'
import { codeOf, read, root, written } from './documents.js'

type Command = ReturnType<typeof createProgram>

const nowhere = { write: () => {}, isTerminal: false, columns: 100 }
const program = createProgram(
  {
    ...{ out: nowhere, err: nowhere, env: {}, folder: root },
    readStdin: async () => '',
    now: Date.now,
  },
  () => {},
)
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
/** npm's own, without `run`. */
const OWN = ['start', 'test']

/** What is wrong with `kilde <words>`: a command or an option that does not exist. */
function faultIn(words: readonly string[]): string | undefined {
  let command: Command = program
  let options = command.options
  let isValue = false
  for (const word of words) {
    const option = options.find(({ long }) => long === word)
    if (isValue || word === '--help') isValue = false
    else if (option) isValue = option.required
    else if (word.startsWith('--')) return `no option ${word}`
    else if (command.commands.length > 0) {
      const next = command.commands.find((one) => one.name() === word)
      if (!next) return `no command ${word}`
      command = next
      options = [...options, ...next.options]
    }
  }
  return undefined
}

const kildeIn = (code: string): string | undefined =>
  /^npm run (?:-s )?kilde -- (.+)$/.exec(code)?.[1] ?? /^kilde ([a-z].*)$/.exec(code)?.[1]

const named = (pattern: RegExp) =>
  written.flatMap((path) =>
    codeOf(path).flatMap((code) => {
      const [, name] = pattern.exec(code) ?? []
      return name === undefined ? [] : [{ path, name }]
    }),
  )

describe('what the documents tell people to type', () => {
  it('is a script of package.json', () => {
    const told = [...named(/^npm run (?:-s )?([\w:-]+)/), ...named(/^npm (?!run)(\w+)/)]
    expect(told.length).toBeGreaterThan(20)
    expect(told.filter(({ name }) => scripts[name] === undefined)).toEqual([])
  })

  it('is a command of the program, with options that it has', () => {
    const told = written.flatMap((path) =>
      codeOf(path).flatMap((code) => {
        const line = kildeIn(code)
        return line === undefined ? [] : [{ path, line }]
      }),
    )
    expect(told.length).toBeGreaterThan(20)
    const faulty = told.map((one) => ({ ...one, fault: faultIn(one.line.split(' ')) }))
    expect(faulty.filter(({ fault }) => fault)).toEqual([])
  })

  it.each([
    ['audit verify --owner x', undefined],
    ['audit mend', 'no command mend'],
    ['blok --as patient', 'no command blok'],
    ['block --as patient --forever', 'no option --forever'],
  ])('is looked at word by word: kilde %s', (line, fault) => {
    expect(faultIn(line.split(' '))).toBe(fault)
  })
})

describe('the documents', () => {
  const readme = read('README.md')
  const contributing = read('CONTRIBUTING.md')

  it('tell contributors of every script', () => {
    const untold = Object.keys(scripts).filter((name) => {
      const call = OWN.includes(name) ? `npm ${name}` : `npm run ${name}`
      return !contributing.includes(call) && !contributing.includes(`npm run -s ${name}`)
    })
    expect(untold).toEqual([])
  })

  it('show every group of commands in the README, and every command of the log', () => {
    const groups = program.commands.map((one) => one.name())
    const audit = program.commands.find((one) => one.name() === 'audit')?.commands ?? []
    const wanted = [...groups, ...audit.map((one) => `audit ${one.name()}`)]
    expect(wanted.filter((name) => !readme.includes(`kilde -- ${name}`))).toEqual([])
  })

  it('name every folder that code lies in', () => {
    const folders = ['packages', 'subgraphs', 'infra', 'test'].flatMap((parent) =>
      readdirSync(`${root}${parent}`, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !/node_modules|dist/.test(entry.name))
        .filter(({ name }) => readdirSync(`${root}${parent}/${name}`).length > 0)
        .map(({ name }) => ({ parent, name })),
    )
    const [, layout = ''] = readme.split('## Layout\n')
    const unnamed = folders.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(layout))
    expect(unnamed).toEqual([])
  })

  it('lead to files that are there', () => {
    const dead = written.flatMap((path) => {
      const base = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
      return [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
        .map(([, to = '']) => ({ path, to }))
        .filter(({ to }) => !existsSync(`${root}${base}${to}`))
    })
    expect(dead).toEqual([])
  })
})
