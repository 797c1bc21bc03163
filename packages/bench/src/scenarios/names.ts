/** Everything that can be measured, in the order in which `all` does it. */
export const scenarioNames = ['checkout'] as const

export type ScenarioName = (typeof scenarioNames)[number]
