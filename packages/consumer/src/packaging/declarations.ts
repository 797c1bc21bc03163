import { readFileSync } from 'node:fs'
import { eventTypes } from '@alipay-checkout/contracts'
import { docComment, type JsonSchema, typeOfSchema } from './typescript-of-schema.ts'

const index = `export type * from './api.js'
import type { Consumer, ConsumerOptions } from './api.js'
import type postgres from './postgres.cjs'

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

/**
 * \`brokers\`, \`ssl\` and \`sasl\` of the variables KAFKA_BROKERS, KAFKA_SSL, KAFKA_SSL_CA, KAFKA_SSL_CERT, KAFKA_SSL_KEY,
 * KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, as the system's own services read them.
 *
 * @throws Error naming the variable that is missing or contradicts another one
 */
export declare function kafkaFromEnvironment(
  env?: Record<string, string | undefined>,
): Pick<ConsumerOptions, 'brokers' | 'ssl' | 'sasl'>

/**
 * Opens a pool of the driver postgres.js, with \`sslmode\`, \`sslrootcert\`, \`sslcert\` and \`sslkey\` in the address as libpq
 * means them.
 *
 * @throws Error when the address asks for something that can't be honoured
 */
export declare function openPostgres(address: string, options?: postgres.Options<{}>): postgres.Sql

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
