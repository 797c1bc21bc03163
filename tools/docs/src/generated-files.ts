import { observabilityFiles } from '@alipay-checkout/observability'
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
  ...observabilityFiles,
  'docs/operations/monitoring.md': monitoringPage,
}
