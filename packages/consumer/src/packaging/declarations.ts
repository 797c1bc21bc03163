import { readFileSync } from 'node:fs'
import { eventTypes } from '@alipay-checkout/contracts'
import { docComment, type JsonSchema, typeOfSchema } from './typescript-of-schema.ts'

const index = `export type * from './api.js'
import type { Consumer, ConsumerOptions } from './api.js'

/**
 * A consumer of the system's events with an exactly-once effect in your database. It does nothing before \`start\`.
 *
 * @throws Error when the group belongs to the system, or \`on\` names an unknown event
 */
export declare function createConsumer(options: ConsumerOptions): Consumer

/**
 * Creates the table in which a consumer stores the ids of the events that it has handled, unless it exists.
 *
 * @param databaseUrl a user's who may create tables
 */
export declare function createTables(databaseUrl: string): Promise<void>

/** The SQL of \`createTables\`, for systems that run migrations of their own. */
export declare const tablesSql: string

/** Throw it from a handler for an event that no retry would change: it becomes a dead letter at once. */
export declare class RefusedEvent extends Error {}
`

/** The type declarations of the package by file name. They need nothing but `@types/node`. */
export function declarations(): Record<string, string> {
  const api = readFileSync(new URL('../api.ts', import.meta.url), 'utf8')
  return {
    'index.d.ts': index,
    'api.d.ts': api
      .replace("'./event-data.ts'", "'./event-data.js'")
      .replace("from 'postgres'", "from './postgres.cjs'"),
    'event-data.d.ts': eventData(),
    'postgres.d.cts': `/// <reference types="node" />\n${readFileSync(driverTypes(), 'utf8')}`,
  }
}

function eventData(): string {
  const fields = [...eventTypes.values()].map(({ name, data }) => {
    const schema = data as JsonSchema
    return `${docComment(schema.description, '  ')}  ${name}: ${typeOfSchema(schema, '  ')}\n`
  })
  return `/** The data of each event by the event's name. */\nexport interface EventData {\n${fields.join('')}}\n`
}

/** Its entry is src/index.js. */
const driverTypes = () => new URL('../types/index.d.ts', import.meta.resolve('postgres'))
