import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartSchema } from '@alipay-checkout/deployment'
import { configurationPage, envExample } from './configuration.ts'
import { eventsPage } from './events.ts'
import { openapiTypes } from './openapi-types.ts'
import { repositoryRoot } from './repository.ts'

const alertRules = join(repositoryRoot, 'infra/observability/prometheus/rules.yml')

/** The files that follow from schemas, by their path in the repository. */
export const generatedFiles: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/events.md': eventsPage,
  'docs/operations/configuration.md': configurationPage,
  '.env.example': envExample,
  'apps/console/src/api/openapi.d.ts': openapiTypes,
  'infra/helm/alipay-checkout/values.schema.json': chartSchema,
  // A chart can't read what is outside of its folder.
  ...(existsSync(alertRules) && {
    'infra/helm/alipay-checkout/files/rules.yml': () => readFileSync(alertRules, 'utf8'),
  }),
}
