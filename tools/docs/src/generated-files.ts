import { chartSchema, chartSettings } from '@alipay-checkout/deployment'
import { chartRulesFile, observabilityFiles } from '@alipay-checkout/observability'
import { configurationPage, envExample } from './configuration.ts'
import { eventsPage } from './events.ts'
import { monitoringPage } from './monitoring.ts'
import { openapiTypes } from './openapi-types.ts'

/** The files that follow from schemas and from data, by their path in the repository. */
export const generatedFiles: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/events.md': eventsPage,
  'docs/operations/configuration.md': configurationPage,
  '.env.example': envExample,
  'apps/console/src/api/openapi.d.ts': openapiTypes,
  'infra/helm/alipay-checkout/values.schema.json': chartSchema,
  'infra/helm/alipay-checkout/files/settings.yaml': chartSettings,
  ...observabilityFiles,
  // A chart can't read what is outside of its folder.
  'infra/helm/alipay-checkout/files/rules.yml': chartRulesFile,
  'docs/operations/monitoring.md': monitoringPage,
}
