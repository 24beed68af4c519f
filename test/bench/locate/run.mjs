// npm run bench:locate: see main.ts. Packages are read from their src, by `--conditions=@kilde/source`.
import { spawnSync } from 'node:child_process'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'

if (process.argv.includes('--attack')) {
  const jest = [
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    'e2e',
  ]
  const { status } = spawnSync(
    process.execPath,
    [...jest, '--testPathPatterns', 'test/e2e/locate/attack'],
    {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      stdio: 'inherit',
      env: { ...process.env, KILDE_LOCATE_PEOPLE: '10000' },
    },
  )
  process.exit(status ?? 1)
}
register('../../simulation/typescript-hooks.mjs', import.meta.url)
await import('./main.ts')
