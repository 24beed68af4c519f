import { readFileSync } from 'node:fs'

const text = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')

/** The code block behind a marker of the README, e.g. `<!-- readme-query -->`. */
export function blockAfter(marker: string): string {
  const [, after] = text.split(`<!-- ${marker} -->\n`)
  const block = after?.match(/^```\w*\n(.*?)^```$/ms)?.[1]
  if (block === undefined) throw new Error(`the README has no code block after ${marker}`)
  return block
}

/** Paths of the files that the README shows. */
export const shownFiles: readonly string[] = [...text.matchAll(/^<!-- example: (\S+) -->$/gm)].map(
  ([, path = '']) => path,
)

/** Persona and patient of the README's command line. */
export function commandLine(): { readonly persona: string; readonly identifier: string } {
  const [, persona, identifier] = text.match(/kilde -- query --as (\S+) --patient (\d+)/) ?? []
  if (!persona || !identifier) throw new Error('the README has no command line that asks')
  return { persona, identifier }
}
