import { Counter, Histogram, type Registry } from 'prom-client'

const outcomes = ['handled', 'skipped', 'dead_lettered'] as const
const retryReasons = ['database_unavailable', 'failed'] as const

/** What became of an event that was delivered. */
type EventOutcome = (typeof outcomes)[number]

/** Why events are handled again: their database was unavailable, or a single event failed. */
export type RetryReason = (typeof retryReasons)[number]

/** Counts what a consumer does. */
export interface ConsumerMetrics {
  /** Events by what became of them. */
  count(outcome: EventOutcome, events: number): void
  retried(reason: RetryReason): void
  /** Call it when a batch begins, and what it returns when the batch is committed or has failed. */
  startBatch(): () => void
}

/** `consumer_events_total`, `consumer_retries_total` and `consumer_batch_duration_seconds` of a group. */
export function createConsumerMetrics({
  groupId: group,
  registry,
}: {
  groupId: string
  registry: Registry
}): ConsumerMetrics {
  const registers = [registry]
  const events = new Counter({
    name: 'consumer_events_total',
    help: 'Events by outcome: handled, skipped, dead_lettered',
    labelNames: ['group', 'outcome'],
    registers,
  })
  const retries = new Counter({
    name: 'consumer_retries_total',
    help: 'Times that a batch or an event was handled again, by reason: database_unavailable, failed',
    labelNames: ['group', 'reason'],
    registers,
  })
  const duration = new Histogram({
    name: 'consumer_batch_duration_seconds',
    help: 'How long the transactions of batches of events took, including failed ones',
    labelNames: ['group'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  // From the start, so that a first dead letter is an increase.
  for (const outcome of outcomes) events.inc({ group, outcome }, 0)
  for (const reason of retryReasons) retries.inc({ group, reason }, 0)
  duration.zero({ group })
  return {
    count: (outcome, number) => events.inc({ group, outcome }, number),
    retried: reason => retries.inc({ group, reason }),
    startBatch: () => duration.startTimer({ group }),
  }
}
