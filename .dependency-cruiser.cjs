/** Who may import whom. A new edge is a design decision: change this table and docs/ARCHITECTURE.md together. */
const mayImport = {
  domain: [],
  runtime: ['domain'],
  store: ['domain'],
  queue: ['domain'],
  fleet: ['domain', 'store'],
  credentials: ['domain', 'store'],
  operations: ['domain', 'store', 'queue', 'fleet', 'credentials'],
  transport: ['domain'],
  embedded: [],
  testkit: ['domain', 'store', 'embedded'],
};
/** The simulator stands for the network: of ours it may use this, or its ledger would be no judge. */
const simulatorMayImport = ['runtime'];
/** Which of our folders may touch a library that does IO. */
const mayUse = {
  pg: ['packages/store', 'packages/testkit'],
  'node-pg-migrate': ['packages/store'],
  ioredis: ['packages/queue', 'packages/fleet', 'packages/testkit'],
  bullmq: ['packages/queue'],
  // The simulator speaks the protocol with its codecs; what they mean it decides itself.
  '@whiskeysockets/baileys': ['packages/transport', 'apps/simulator'],
  libsignal: ['apps/simulator'],
  ws: ['packages/transport', 'apps/simulator'],
  'prom-client': ['packages/runtime'],
  pino: ['packages/runtime'],
  'csv-parse': ['packages/operations'],
  yaml: ['packages/operations'],
  fastify: ['apps/dashboard'],
  '@bull-board': ['apps/dashboard'],
  preact: ['apps/dashboard'],
};
const isTest = ['\\.test\\.ts$', '^(apps|packages)/[^/]+/test/', '^e2e/'];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: isTest },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-app-to-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-package-to-app',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    {
      name: 'no-deep-import',
      severity: 'error',
      comment: 'Enter a package through its index.ts',
      from: { path: '^(apps|packages)/([^/]+)/' },
      to: { path: '^packages/[^/]+/src/(?!index\\.ts$)', pathNot: '^packages/$2/' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^packages/domain/src/', pathNot: isTest },
      to: {
        dependencyTypes: ['core', 'npm'],
        pathNot: '^crypto$|^node:crypto$|/temporal-polyfill/|/liquidjs/|/zod/',
      },
    },
    {
      name: 'testkit-in-tests-only',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: [...isTest, '^packages/testkit/'] },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'simulator-stands-alone',
      severity: 'error',
      from: { path: '^apps/simulator/', pathNot: isTest },
      to: { path: '^packages/', pathNot: simulatorMayImport.map((name) => `^packages/${name}/`) },
    },
    {
      name: 'checker-stands-alone',
      severity: 'error',
      comment: 'The judge shares no code with the judged.',
      from: { path: '^e2e/checker/' },
      to: { path: '^(packages|apps|tools)/' },
    },
    {
      name: 'tools-start-apps',
      severity: 'error',
      comment:
        'Tools and end-to-end tests start the apps as processes. Three import them: the simulation runs their classes under a ' +
        'clock of its own, the crash matrix a worker that kills itself, and a benchmark a worker over stock BullMQ.',
      from: {
        path: '^(tools|e2e|bench)/',
        pathNot: '^(e2e/(simulation|crash)|bench/src/compare)/',
      },
      to: { path: '^apps/' },
    },
    {
      name: 'enter-apps-by-their-index',
      severity: 'error',
      from: { path: '^e2e/' },
      to: { path: '^apps/[^/]+/src/(?!index\\.ts$)' },
    },
    ...Object.entries(mayImport).map(([pkg, allowed]) => ({
      name: `direction-${pkg}`,
      severity: 'error',
      comment: `packages/${pkg} may import: ${allowed.join(', ') || 'nothing of ours'}`,
      from: { path: `^packages/${pkg}/`, pathNot: isTest },
      to: { path: '^packages/', pathNot: [pkg, ...allowed].map((name) => `^packages/${name}/`) },
    })),
    ...Object.entries(mayUse).map(([library, homes]) => ({
      name: `only-home-of-${library}`,
      severity: 'error',
      from: {
        path: '^(apps|packages)/',
        pathNot: [...isTest, ...homes.map((home) => `^${home}/`)],
      },
      to: { path: `node_modules/(@types/)?${library}/` },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@dripfleet/source', 'import', 'types', 'default'],
    },
  },
};
