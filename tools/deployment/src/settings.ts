import { configSchema as gateway } from '@alipay-checkout/gateway/config'
import { configSchema as inventoryService } from '@alipay-checkout/inventory-service/config'
import { configSchema as orderService } from '@alipay-checkout/order-service/config'
import { configSchema as paymentService } from '@alipay-checkout/payment-service/config'

/** What JSON Schema says about one setting. */
export interface SettingSchema {
  type?: string
  enum?: unknown[]
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  description?: string
}

/** The services, by their keys in values.yaml. */
export const serviceKeys = ['gateway', 'orderService', 'paymentService', 'inventoryService'] as const

export type ServiceKey = (typeof serviceKeys)[number]

/** Settings that the chart derives from other values: the same in every installation, or bound to an object's port. */
export const settingsOfTheChart: readonly string[] = [
  'HOST',
  'PORT',
  'GATEWAY_PORT',
  'METRICS_PORT',
  'ORDER_SERVICE_URL',
  'PAYMENT_SERVICE_URL',
  'INVENTORY_SERVICE_URL',
  'CONSOLE_PORT',
  'CONSOLE_HOST',
]

const schemas = { gateway, orderService, paymentService, inventoryService }

interface FieldSchema extends SettingSchema {
  anyOf?: { const?: unknown }[]
  default?: unknown
}

/** Every setting that a service reads. */
const fieldsOf = (service: ServiceKey) => schemas[service].properties as Record<string, FieldSchema>

/** The settings of a service that values.yaml may give, with their types and bounds. */
export function settingsOf(service: ServiceKey): Record<string, SettingSchema> {
  return Object.fromEntries(
    Object.entries(fieldsOf(service))
      .filter(([name]) => !settingsOfTheChart.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, schemaOf(field)]),
  )
}

/** The settings that a service does not start without. */
export function requiredSettingsOf(service: ServiceKey): string[] {
  const { properties, required } = schemas[service]
  return (required as string[]).filter(name => (properties as Record<string, FieldSchema>)[name]?.default === undefined)
}

/** Whether a service reads a setting, set by the values or by the chart. */
export function isSettingOf(service: ServiceKey, name: string): boolean {
  return Object.hasOwn(fieldsOf(service), name)
}

function schemaOf({ type, anyOf, pattern, minimum, maximum, minLength, description }: FieldSchema): SettingSchema {
  const found = anyOf
    ? { enum: anyOf.map(({ const: value }) => value) }
    : { type, pattern, minimum, maximum, minLength }
  return Object.fromEntries(Object.entries({ ...found, description }).filter(([, value]) => value !== undefined))
}
