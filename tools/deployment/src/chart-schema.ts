import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartFolder } from './paths.ts'
import { type ServiceKey, type SettingSchema, serviceKeys, settingsOf } from './settings.ts'

/** Relative to the chart. */
const schemaFile = 'values.schema.json'

/**
 * The chart's values.schema.json, whose parts about settings follow from the config schemas of the services. The rest
 * of the file is kept as it is.
 */
export function chartSchema(): string {
  const schema = JSON.parse(readFileSync(join(chartFolder, schemaFile), 'utf8')) as {
    definitions: Record<string, object>
  }
  for (const [key, settings] of [['all', allSettings()], ...serviceKeys.map(key => [key, settingsOf(key)])] as [
    ServiceKey | 'all',
    Record<string, SettingSchema>,
  ][]) {
    const names = { enum: Object.keys(settings) }
    Object.assign(schema.definitions, {
      [`${key}Settings`]: { type: 'object', additionalProperties: false, properties: orNull(settings) },
      [`${key}Names`]: names,
    })
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}

/** The settings of all services. One that several read has the same form in each, or none there. */
function allSettings(): Record<string, SettingSchema> {
  return Object.assign({}, ...serviceKeys.map(settingsOf))
}

/** A null, such as one values file sets to take back what another gives, counts as not set. */
function orNull(settings: Record<string, SettingSchema>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, { type, enum: values, ...rest }]) => [
      name,
      values ? { enum: [...values, null], ...rest } : { type: [type, 'null'], ...rest },
    ]),
  )
}
