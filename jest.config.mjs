const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: {
    customExportConditions: ['@kilde/source', 'node', 'default'],
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
}

/** Suites that need nothing but Node run with `npm test`; `redis`, `data` and `browser` are for `.ci/run`. */
export default {
  maxWorkers: 2,
  // A worker keeps the modules of every suite that it ran (nodejs/node#33439). Late ones took twenty times as long, for collecting garbage.
  workerIdleMemoryLimit: '700MB',
  testTimeout: 30_000,
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{gateway,schemas}/test/**/*.test.ts',
        '<rootDir>/{subgraphs,packages,infra}/*/test/**/*.test.ts',
        '<rootDir>/test/kit/**/*.test.ts',
      ],
    },
    {
      ...base,
      displayName: 'e2e',
      testMatch: [
        '<rootDir>/test/{e2e,faults,docs,policy,differential,surface,trust,sources,conformance}/**/*.test.ts',
        '<rootDir>/test/canary/telemetry.test.ts',
        // Another process's memory is read through /proc, which only Linux has.
        ...(process.platform === 'linux' ? ['<rootDir>/test/canary/{short,needles}.test.ts'] : []),
      ],
    },
    { ...base, displayName: 'canary', testMatch: ['<rootDir>/test/canary/canary.test.ts'] },
    { ...base, displayName: 'redis', testMatch: ['<rootDir>/test/redis/**/*.test.ts'] },
    { ...base, displayName: 'data', testMatch: ['<rootDir>/test/data/**/*.test.ts'] },
    { ...base, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.test.ts'] },
  ],
}
