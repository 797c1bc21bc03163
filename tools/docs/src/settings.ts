import { configSchema as gateway } from '@alipay-checkout/gateway/config'
import { configSchema as inventoryService } from '@alipay-checkout/inventory-service/config'
import { configSchema as orderService } from '@alipay-checkout/order-service/config'
import { configSchema as paymentService } from '@alipay-checkout/payment-service/config'
import { otherSettings } from './other-settings.ts'
import type { Setting } from './setting.ts'

/** A setting of one program, in JSON Schema. */
interface SettingSchema {
  type?: string
  anyOf?: { const?: string }[]
  default?: unknown
  minimum?: number
  maximum?: number
  pattern?: string
  description?: string
  examples?: string[]
}

const services = {
  'order-service': orderService,
  'payment-service': paymentService,
  'inventory-service': inventoryService,
  gateway,
}

/** Every setting of the services, then those of the launcher and of docker compose. */
export function allSettings(): Setting[] {
  const settings = new Map<string, Setting>()
  for (const [service, { properties, required }] of Object.entries(services)) {
    for (const [name, schema] of Object.entries(properties as Record<string, SettingSchema>)) {
      const isRequired = (required as string[]).includes(name) && schema.default === undefined
      const own = settingOf(name, schema, service, isRequired)
      const known = settings.get(name)
      settings.set(name, known ? merge(known, own) : own)
    }
  }
  return [...settings.values(), ...otherSettings.filter(({ name }) => !settings.has(name))]
}

function settingOf(name: string, schema: SettingSchema, service: string, isRequired: boolean): Setting {
  if (!schema.description) throw new Error(`${name} of ${service} has no description in its schema`)
  return {
    name,
    type: typeOf(schema),
    default: schema.default === undefined ? undefined : String(schema.default),
    isRequired,
    unit: unitOf(name),
    readBy: [service],
    description: schema.description,
    example: schema.examples?.[0],
  }
}

/** The same variable of another service: sentences that differ are kept, and so are defaults. */
function merge(known: Setting, other: Setting): Setting {
  const sentences = new Set([known, other].flatMap(({ description }) => description.split(/(?<=\.) (?=[A-Z])/)))
  const defaults = new Set([known, other].flatMap(setting => setting.default ?? []))
  return {
    ...known,
    default: defaults.size > 0 ? [...defaults].join(', ') : undefined,
    isRequired: known.isRequired || other.isRequired,
    readBy: [...known.readBy, ...other.readBy],
    description: [...sentences].join(' '),
    example: known.example ?? other.example,
  }
}

function typeOf({ type, anyOf, minimum, maximum, pattern }: SettingSchema): string {
  if (anyOf) return anyOf.map(({ const: value }) => value).join(', ')
  if (type === 'integer' || type === 'number') return `${type}, ${minimum} to ${maximum}`
  if (type === 'boolean') return 'true or false'
  return /^\^(https\?|rediss\?|postgres)/.test(pattern ?? '') ? 'address' : 'text'
}

function unitOf(name: string): string | undefined {
  if (name.endsWith('_MS')) return 'ms'
  if (name.endsWith('_SECONDS')) return 's'
  if (name.endsWith('_PER_SECOND')) return 'per second'
  return name.endsWith('_PER_MINUTE') ? 'per minute' : undefined
}
