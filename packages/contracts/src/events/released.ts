import { readFileSync } from 'node:fs'
import { eventTypes } from './catalog.ts'
import { compareSchemas, type Schema } from './compare-schemas.ts'

/** Topic and schema of every event type, by name. */
export type EventSchemas = Readonly<Record<string, { readonly topic: string; readonly data: Schema }>>

/** The schemas of this version. */
export function currentSchemas(): EventSchemas {
  const schemas = Array.from(eventTypes.values(), ({ name, topic, data }) => [name, { topic, data }])
  // As JSON, without what TypeBox adds for itself.
  return JSON.parse(JSON.stringify(Object.fromEntries(schemas))) as EventSchemas
}

/** The schemas of the last release, which `npm run docs -- --release` has stored. */
export function readReleasedSchemas(): EventSchemas {
  return JSON.parse(readFileSync(new URL('../../released/events.json', import.meta.url), 'utf8')) as EventSchemas
}

/**
 * Finds what breaks consumers of released events, or keeps stored records from being read. New event types, new optional
 * fields, further listed values, looser bounds and other descriptions break nothing.
 *
 * @returns a sentence for each breaking change that begins with event and field: `OrderPaid.lines[].sku: …`
 */
export function compareReleased(released: EventSchemas, current: EventSchemas): string[] {
  return Object.entries(released).flatMap(([name, before]) => {
    const after = current[name]
    if (!after) return [`${name}: the event type was removed`]
    const moved = after.topic === before.topic ? [] : [`${name}: moved from ${before.topic} to ${after.topic}`]
    return [...moved, ...compareSchemas(name, before.data, after.data)]
  })
}
