import { rulesTestFile } from './alert-cases.ts'
import { dashboards } from './dashboards/dashboards.ts'
import { grafanaJson } from './dashboards/panels.ts'
import { rulesFile } from './rules.ts'

const folder = 'infra/observability'

/** The files that are generated from this package, by their path in the repository. */
export const observabilityFiles: Readonly<Record<string, () => string>> = {
  [`${folder}/prometheus/rules.yml`]: rulesFile,
  [`${folder}/prometheus/rules.test.yml`]: rulesTestFile,
  ...Object.fromEntries(
    dashboards.map(dashboard => [`${folder}/grafana/dashboards/${dashboard.name}.json`, () => grafanaJson(dashboard)]),
  ),
}
