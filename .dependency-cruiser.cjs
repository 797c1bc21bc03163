// Which folder may import which: apps and services → packages, examples → published packages, tools → anything,
// nothing → tools and examples.
// Run by `npm run check:imports`: this file without tests, then .dependency-cruiser.tests.cjs with them.

const tests = String.raw`\.(test|bench)\.tsx?$|/test-[^/]+\.ts$|/vitest\.[^/]+$`
const notSources = String.raw`/node_modules/|/drizzle/|/dist/|/bundle/|\.d\.mts$|\.(css|svg)$`

const importRules = [
  {
    name: 'no-file-cycle',
    comment: 'Two files that import each other are one file, or a third one is missing that both import.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-folder-cycle',
    comment: 'A folder is a subject. Of two subjects, at most one may know the other.',
    scope: 'folder',
    from: {},
    to: { circular: true },
  },
  {
    name: 'apps-and-services-import-packages',
    comment: 'Services never import each other: they communicate through contracts, HTTP and Kafka.',
    from: { path: '^(apps|services)/([^/]+)/' },
    to: {
      path: '^(apps|services)/',
      pathNot: ['^$1/$2/', '^apps/storefront/src/index[.]ts$', '^apps/console/site[.]ts$'],
    },
  },
  {
    name: 'only-gateway-imports-storefront',
    comment: 'The gateway serves the pages. No other service has a use for them.',
    from: { path: '^(apps|services)/', pathNot: '^(apps/storefront|services/gateway)/' },
    to: { path: '^apps/storefront/' },
  },
  {
    name: 'only-gateway-imports-console',
    comment: 'The gateway serves the console’s files, which are built: it needs no more than their folder.',
    from: { path: '^(apps|services)/', pathNot: '^(apps/console|services/gateway)/' },
    to: { path: '^apps/console/' },
  },
  {
    name: 'packages-import-packages',
    comment: 'Apps and services are built on packages, never the other way round.',
    from: { path: '^packages/' },
    to: { path: '^(apps|services)/' },
  },
  {
    name: 'examples-import-the-consumer-package',
    comment: 'An example can be copied to another repository: it uses what that repository can install.',
    from: { path: '^examples/([^/]+)/', pathNot: tests },
    to: {
      path: '^(apps|services|packages|examples)/',
      pathNot: ['^examples/$1/', '^packages/consumer/src/index[.]ts$'],
    },
  },
  {
    name: 'nothing-imports-examples',
    comment: 'The system does not depend on what shows how to use it.',
    from: { pathNot: '^examples/' },
    to: { path: '^examples/' },
  },
  {
    name: 'only-tools-and-tests-import-tools',
    comment: 'What runs in production depends on no tool.',
    from: { path: '^(apps|services|packages|examples)/', pathNot: tests },
    to: { path: '^tools/' },
  },
  {
    name: 'imports-exist',
    comment: 'An import that leads nowhere would also escape the rules above.',
    from: {},
    to: { couldNotResolve: true },
  },
]

const paymentService = '^services/payment-service/src'

const paymentServiceLayers = [
  {
    name: 'payment-service-bottom',
    comment: 'alipay/ speaks with Alipay and case-store/ stores cases for every subject: both know no subject.',
    from: { path: `${paymentService}/(alipay|case-store)/`, pathNot: tests },
    to: { path: `${paymentService}/[^/]+/`, pathNot: `${paymentService}/(alipay|case-store)/` },
  },
  {
    name: 'payment-service-top',
    comment: 'cases/ acts on every subject, so no subject may know it.',
    from: { path: `${paymentService}/[^/]+/`, pathNot: [tests, `${paymentService}/cases/`] },
    to: { path: `${paymentService}/cases/` },
  },
]

module.exports = {
  forbidden: [...importRules, ...paymentServiceLayers].map(rule => ({ ...rule, severity: 'error' })),
  options: {
    // TypeScript 7 offers no API to parsers yet.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: [notSources, tests] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node'],
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js'],
    },
  },
}
