/** The services and their migrations, and the simulator: what starts often, or runs for long. Relative to the checkout. */
export const bundledPrograms: readonly string[] = [
  'services/gateway/src/main.ts',
  ...['order-service', 'payment-service', 'inventory-service'].flatMap(service => [
    `services/${service}/src/main.ts`,
    `services/${service}/src/migrate.ts`,
  ]),
  'tools/alipay-simulator/bin/alipay-simulator.ts',
]

/** Holds the hash of what the bundles were made of. Relative to the checkout. */
export const stampFile = 'tools/bundles/bundle/made-of'

/** The bundle of such a program: `services/gateway/bundle/main.js`. Relative to the checkout. */
export const bundleOf = (program: string): string => program.replace(/[^/]+\/([^/]+)\.ts$/, 'bundle/$1.js')
