import { consumerGroups, eventTypes, type Topic } from '@alipay-checkout/contracts'
import { createGroupTopics } from '@alipay-checkout/kafka-topics'
import {
  type BatchConsumer,
  checkKafka,
  deleteExpiredIds,
  openKafka,
  openProducer,
  startConsumer,
  stopWithin,
} from '@alipay-checkout/messaging'
import { isUnreachable, waitFor } from '@alipay-checkout/service-kit'
import type { KafkaConnection } from '@alipay-checkout/service-kit/connections'
import { executorOn, openClient } from '@alipay-checkout/service-kit/database'
import type { Consumer, ConsumerOptions, Handlers } from './api.ts'
import { createApplier, type Handle } from './apply-events.ts'
import { createLog } from './log.ts'
import { checkTables } from './tables.ts'

/** The batch that is handled, the deletion of old ids, and two checks. */
const poolSize = 4
/**
 * Events of one partition in one transaction. Fewer than in the system's services, because each event is handled by
 * itself: eight partitions of this size, with some ms for each event, are done well within the group's session timeout.
 */
const batchSizeMax = 50
/** The longest group of which Kafka still takes the name of the retry topic. */
const groupCharactersMax = 240

/**
 * A consumer of the system's events with an exactly-once effect in your database. It does nothing before `start`.
 *
 * @throws Error when the group belongs to the system, or `on` names an unknown event
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { group, afterCommit = () => {} } = options
  const connection = connectionOf(options)
  checkGroup(group)
  const handlers = handlersOf(options.on)
  const topics = topicsOf(handlers)
  const logger = createLog(group, options.logger)
  const client = openClient({ url: options.databaseUrl, name: group, poolSize })
  const kafka = openKafka({ ...connection, clientId: group, logger })
  const producer = openProducer(kafka)
  const stopping = new AbortController()
  const { signal } = stopping
  let starting: Promise<void> | undefined
  let running: BatchConsumer | undefined
  let stopDeletingIds = () => {}
  let whyNotRunning = 'it was not started'

  /** Tries without a limit while something is unavailable. */
  async function whenAvailable(what: string, attempt: () => Promise<unknown>): Promise<void> {
    const tryOnce = async () => {
      try {
        await attempt()
      } catch (error) {
        whyNotRunning = `it waits for ${what}: ${messageOf(error)}`
        throw error
      }
    }
    whyNotRunning = `it waits for ${what}`
    await waitFor(what, tryOnce, { logger, timeoutMs: Number.POSITIVE_INFINITY, signal })
  }

  async function connectDatabase(): Promise<void> {
    let fault: unknown
    await whenAvailable('the database', async () => {
      try {
        await checkTables(client)
      } catch (error) {
        if (isUnreachable(error)) throw error
        fault = error
      }
    })
    if (fault !== undefined) throw fault
  }

  async function connectKafka(): Promise<void> {
    await checkKafka(connection, group)
    await createGroupTopics(connection, group, topics)
    await producer.connect()
  }

  async function join(): Promise<void> {
    await connectDatabase()
    await whenAvailable('Kafka', connectKafka)
    stopDeletingIds = deleteExpiredIds(executorOn(client), group, logger)
    whyNotRunning = 'it joins its group'
    running = await startConsumer({
      kafka,
      producer,
      groupId: group,
      topics,
      applier: createApplier({ client, group, handlers, afterCommit: guarded }),
      batchSizeMax,
      logger,
      signal,
    })
  }

  function guarded(): void {
    try {
      afterCommit()
    } catch (error) {
      logger.error({ err: error }, 'afterCommit failed; its transaction is committed')
    }
  }

  async function stop(reason: string): Promise<void> {
    whyNotRunning = reason
    stopping.abort()
    stopDeletingIds()
    await stopWithin(async () => {
      await starting?.catch(() => {})
      await running?.stop()
      running = undefined
    })
    await stopWithin(() => Promise.all([producer.disconnect(), client.end({ timeout: 2 })]))
  }

  return {
    async start() {
      if (starting || signal.aborted) throw new Error(`${group} was started or stopped before: create another consumer`)
      starting = join()
      try {
        await starting
      } catch (error) {
        if (signal.aborted) return
        starting = undefined
        await stop(`it could not start: ${messageOf(error)}`)
        throw error
      }
    },
    async check() {
      if (!running) throw new Error(`${group} does not consume: ${whyNotRunning}`)
      await running.check()
      await client`select 1`
    },
    stop: () => stop('it was stopped'),
  }
}

function connectionOf({ brokers, ssl, sasl }: ConsumerOptions): KafkaConnection {
  return { brokers, ...(ssl && { ssl: ssl === true ? {} : ssl }), ...(sasl && { sasl }) }
}

const messageOf = (error: unknown): string =>
  (error as Error).message || String((error as NodeJS.ErrnoException).code ?? error)

function checkGroup(group: string): void {
  if (consumerGroups.includes(group)) throw new Error(`the group ${group} belongs to the system: choose another`)
  if (!/^[A-Za-z0-9._-]+$/.test(group) || group.length > groupCharactersMax)
    throw new Error(`group must be 1 to ${groupCharactersMax} letters, digits, ".", "_" and "-", as in names of topics`)
}

function handlersOf(on: Handlers): ReadonlyMap<string, Handle> {
  const handlers = new Map(Object.entries(on).filter(([, handle]) => handle !== undefined) as [string, Handle][])
  const unknown = [...handlers.keys()].filter(name => !eventTypes.has(name))
  if (unknown.length > 0)
    throw new Error(`on: there is no event ${unknown.join(', ')}; there are ${[...eventTypes.keys()].join(', ')}`)
  if (handlers.size === 0) throw new Error('on: name at least one event to handle')
  return handlers
}

function topicsOf(handlers: ReadonlyMap<string, unknown>): Topic[] {
  const types = [...eventTypes.values()].filter(type => handlers.has(type.name))
  return [...new Set(types.map(type => type.topic))]
}
