/** Everything that can be measured, in the order in which `all` does it. */
export const scenarioNames = [
  'checkout',
  'place',
  'notify',
  'hot-sku',
  'multi-sku',
  'single',
  'paced',
  'expiry',
  'status',
  'push',
  'growth',
  'soak',
  'backlog',
] as const

export type ScenarioName = (typeof scenarioNames)[number]
