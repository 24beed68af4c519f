// Only what a too old Node understands as well stands in this file; everything else is loaded after the check.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `kilde: Node ${process.versions.node} is too old: Kilde needs 20.19 or newer (https://nodejs.org).\n`,
  )
  process.exit(1)
}

await import('./run-demo.js')
