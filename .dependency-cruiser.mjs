/** The architecture as sentences: each rule's name is what it says. */
const service = '(gateway|subgraphs/[^/]+|infra/identity)'

export default {
  forbidden: [
    {
      name: 'gateway-and-nodes-never-import-each-other',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^subgraphs/' },
    },
    {
      name: 'nodes-and-gateway-never-import-each-other',
      severity: 'error',
      from: { path: '^subgraphs/' },
      to: { path: '^gateway/' },
    },
    {
      name: 'subgraphs-never-import-each-other',
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/' },
      to: { path: '^subgraphs/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'steps-of-a-path-never-import-each-other',
      comment:
        'A step may import the stages between steps and what is no step; only path/index.ts knows the order.',
      severity: 'error',
      from: { path: `^${service}/src/path/(?!index\\.ts)` },
      to: {
        path: `^${service}/src/path/`,
        pathNot: `^${service}/src/path/(stage|trail|data-class)\\.ts$`,
      },
    },
    {
      name: 'only-compose-imports-concrete-adapters',
      comment:
        'Adapters are chosen in one place: what touches the network, the disk, a database or Apollo.',
      severity: 'error',
      from: {
        path: '^(gateway|subgraphs/organization)/src/',
        pathNot:
          '^(gateway|subgraphs/organization)/src/(ordinary/)?(compose|engine|index|main)\\.ts$|/src/(apollo|sources|transport)/',
      },
      to: {
        path: [
          '^gateway/src/apollo/(federation|server|sharing-source|registry-source)\\.ts$',
          '^gateway/src/transport/source-client\\.ts$',
          '^subgraphs/organization/src/sources/(postgres|embedded)[/.-]',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'only-one-module-touches-the-elastic-licensed-gateway',
      severity: 'error',
      from: { path: '^(?!gateway/src/apollo/federation\\.ts)' },
      to: { path: '@apollo/gateway', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-contract-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^schemas/src/' },
      to: { path: '^(gateway|subgraphs|packages|infra|test)/' },
    },
    {
      name: 'products-never-import-demo-or-test-code',
      severity: 'error',
      from: {
        path: ['^gateway/src/', '^subgraphs/[^/]+/src/', '^packages/[^/]+/src/', '^schemas/src/'],
      },
      to: { path: '^(test|infra/(demo|cli|identity|people|population))/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules|page)/' },
    enhancedResolveOptions: {
      conditionNames: ['@kilde/source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
}
