import { CaseKind, consumedTopics, consumerGroups, PaymentSucceeded } from '@alipay-checkout/contracts'

/** A service, which is also the name of its job in Prometheus. */
export type Job = (typeof jobs)[number]
export const jobs = ['gateway', 'order-service', 'payment-service', 'inventory-service'] as const
/** The services that have a database and exchange events. */
export const consumingJobs = ['order-service', 'payment-service', 'inventory-service'] as const satisfies readonly Job[]

/** A metric that the system serves, or that Prometheus adds (`up`). */
export interface Metric {
  readonly name: string
  readonly type: 'gauge' | 'counter' | 'histogram'
  readonly of: readonly Job[]
  /** Its labels, each with all values that are reported from the start; `open` where others appear while it runs. */
  readonly labels?: Readonly<Record<string, readonly string[] | 'open'>>
  /** Which further values may appear. */
  readonly alsoValues?: Readonly<Record<string, readonly string[]>>
  readonly meaning: string
  /** Every replica of a service reports the same value: aggregate by `max`. */
  readonly isShared?: true
  /** It is missing until something happens that may never happen. */
  readonly appearsLater?: true
}

const groups = consumerGroups
const retryTopic = (group: string) => `${group}.retry`
const sources = PaymentSucceeded.data.properties.source.anyOf.map(({ const: source }) => source)

const ofMessaging: readonly Metric[] = [
  {
    name: 'outbox_depth',
    type: 'gauge',
    of: consumingJobs,
    isShared: true,
    meaning: 'Events in the outbox that are not published, at most 100,000',
  },
  {
    name: 'outbox_oldest_event_age_seconds',
    type: 'gauge',
    of: consumingJobs,
    isShared: true,
    meaning: 'Age of the oldest of them, 0 without any',
  },
  { name: 'outbox_published_total', type: 'counter', of: consumingJobs, meaning: 'Events that this replica published' },
  {
    name: 'outbox_rejected_total',
    type: 'counter',
    of: consumingJobs,
    meaning: 'Events that can never be published, moved to `outbox_rejected`',
  },
  {
    name: 'outbox_last_batch',
    type: 'gauge',
    of: consumingJobs,
    meaning: 'Events in the last batch that was published',
  },
  {
    name: 'outbox_relay_leader',
    type: 'gauge',
    of: consumingJobs,
    meaning: '1 on the replica that publishes, 0 on others',
  },
  {
    name: 'consumer_lag',
    type: 'gauge',
    of: consumingJobs,
    isShared: true,
    labels: { group: groups, topic: [...new Set(Object.values(consumedTopics).flat()), ...groups.map(retryTopic)] },
    meaning: 'Records that the group has not committed; missing while Kafka does not answer',
  },
  {
    name: 'consumer_events_total',
    type: 'counter',
    of: consumingJobs,
    labels: { group: groups, outcome: ['handled', 'skipped', 'dead_lettered'] },
    meaning: 'Events by what became of them',
  },
  {
    name: 'consumer_retries_total',
    type: 'counter',
    of: consumingJobs,
    labels: { group: groups, reason: ['database_unavailable', 'failed'] },
    meaning: 'Times that a batch or an event was handled again',
  },
  {
    name: 'consumer_batch_duration_seconds',
    type: 'histogram',
    of: consumingJobs,
    labels: { group: groups },
    meaning: 'Transactions of batches of events',
  },
]

const ofOrders: readonly Metric[] = [
  {
    name: 'gateway_place_duration_seconds',
    type: 'histogram',
    of: ['gateway'],
    labels: { outcome: ['placed', 'pending', 'refused', 'failed'] },
    meaning: 'Placing an order, answered 201, 202, 4xx or 5xx',
  },
  {
    name: 'gateway_order_status_sockets',
    type: 'gauge',
    of: ['gateway'],
    meaning: 'Open WebSockets; a replica accepts 10,000',
  },
  {
    name: 'orders_in_state',
    type: 'gauge',
    of: ['order-service'],
    isShared: true,
    labels: { state: ['RESERVING', 'CLOSING', 'REINSTATING'] },
    meaning: 'Orders in states that they leave within seconds, at most 10,000; of RESERVING the newest and the stuck',
  },
  {
    name: 'orders_in_state_oldest_age_seconds',
    type: 'gauge',
    of: ['order-service'],
    isShared: true,
    labels: { state: ['RESERVING', 'CLOSING', 'REINSTATING'] },
    meaning: 'For how long the oldest of them has been in it, 0 without any',
  },
  {
    name: 'order_paid_delay_seconds',
    type: 'histogram',
    of: ['order-service'],
    labels: { via: [...sources, 'reinstated'] },
    meaning: 'From Alipay’s `gmt_payment` (whole seconds) to PAID, by how the payment was learned of',
  },
  {
    name: 'order_notify_to_paid_seconds',
    type: 'histogram',
    of: ['order-service'],
    meaning: 'From the commit of a notify in payment-service to PAID',
  },
  {
    name: 'order_close_lateness_seconds',
    type: 'histogram',
    of: ['order-service'],
    meaning: 'From an order being due to its being EXPIRED',
  },
  {
    name: 'order_hints_malformed_total',
    type: 'counter',
    of: ['gateway', 'order-service'],
    meaning: 'Hints on Redis that could not be read',
  },
  {
    name: 'stock_decisions_total',
    type: 'counter',
    of: ['inventory-service'],
    labels: { type: 'open', outcome: 'open', detail: 'open' },
    meaning: 'What order events did to the stock',
    appearsLater: true,
  },
]

const ofPayments: readonly Metric[] = [
  {
    name: 'notifies_total',
    type: 'counter',
    of: ['payment-service'],
    labels: { result: 'open' },
    meaning: 'Notifies by what they changed, why they changed nothing, or why they were refused',
  },
  {
    name: 'gateway_notifies_refused_total',
    type: 'counter',
    of: ['gateway'],
    labels: {
      reason: [
        'empty',
        'control_character',
        'malformed_encoding',
        'missing_field',
        'repeated_field',
        'malformed_field',
        'too_large',
      ],
    },
    meaning: 'Bodies that can not be an Alipay notify',
  },
  {
    name: 'payment_attempts',
    type: 'gauge',
    of: ['payment-service'],
    isShared: true,
    labels: { state: ['open', 'closing', 'unclear'] },
    meaning: 'Attempts that can be paid, are being closed, or were not closed by a try, at most 10,000',
  },
  {
    name: 'open_refunds',
    type: 'gauge',
    of: ['payment-service'],
    isShared: true,
    labels: { status: ['AWAITING_APPROVAL', 'REQUESTED', 'PENDING'] },
    meaning: 'Refunds that are not finished, at most 10,000 of a status',
  },
  {
    name: 'open_refunds_oldest_age_seconds',
    type: 'gauge',
    of: ['payment-service'],
    isShared: true,
    labels: { status: ['AWAITING_APPROVAL', 'REQUESTED', 'PENDING'] },
    meaning: 'Age of the oldest of them, 0 without any',
  },
  {
    name: 'refund_duration_seconds',
    type: 'histogram',
    of: ['payment-service'],
    labels: { outcome: ['succeeded', 'failed'] },
    meaning: 'From the request of a refund, or its approval by a second person, to its end',
  },
  {
    name: 'open_cases',
    type: 'gauge',
    of: ['payment-service'],
    isShared: true,
    labels: { kind: CaseKind.anyOf.map(({ const: kind }) => kind) },
    meaning: 'Cases that are not resolved: see [cases](cases.md)',
  },
  {
    name: 'open_cases_oldest_age_seconds',
    type: 'gauge',
    of: ['payment-service'],
    isShared: true,
    labels: { kind: CaseKind.anyOf.map(({ const: kind }) => kind) },
    meaning: 'Age of the oldest of them, 0 without any',
  },
  {
    name: 'open_dead_letters',
    type: 'gauge',
    of: ['payment-service'],
    isShared: true,
    labels: { group: groups },
    meaning: 'Dead letters that wait for a decision: see [dead letters](dead-letters.md)',
  },
  {
    name: 'open_dead_letters_oldest_age_seconds',
    type: 'gauge',
    of: ['payment-service'],
    isShared: true,
    labels: { group: groups },
    meaning: 'Age of the oldest of them, 0 without any',
  },
  {
    name: 'dead_letters_watched_total',
    type: 'counter',
    of: ['payment-service'],
    labels: { group: groups, outcome: ['recorded', 'failed'] },
    meaning: 'Dead letters that were listed, or could not be',
  },
  {
    name: 'reconciled_until_timestamp_seconds',
    type: 'gauge',
    of: ['payment-service'],
    isShared: true,
    appearsLater: true,
    meaning: 'End of the last day up to which every day is reconciled; missing before the first run',
  },
]

const ofAlipay: readonly Metric[] = [
  {
    name: 'alipay_calls_total',
    type: 'counter',
    of: ['payment-service'],
    labels: { method: 'open', code: ['10000', '40004', '20000', 'no_reply', 'unverified'] },
    alsoValues: { code: ['20001', '40001', '40002', '40003', '40005', '40006', 'other'] },
    meaning: 'Calls by method and Alipay’s code; `no_reply` and `unverified` where there is none that counts',
  },
  {
    name: 'alipay_call_duration_seconds',
    type: 'histogram',
    of: ['payment-service'],
    labels: { method: 'open', outcome: 'open' },
    meaning: 'Calls by method and what they showed',
  },
  {
    name: 'alipay_calls_skipped_total',
    type: 'counter',
    of: ['payment-service'],
    labels: { priority: ['money', 'sync', 'request'] },
    meaning: 'Calls that were not made, because the budget was used up',
  },
  {
    name: 'alipay_call_budget_left_ratio',
    type: 'gauge',
    of: ['payment-service'],
    meaning: 'Part of the replica’s `ALIPAY_CALLS_PER_SECOND` that is left, 0 to 1',
  },
  {
    name: 'alipay_connection_ok',
    type: 'gauge',
    of: ['payment-service'],
    labels: { reason: 'open' },
    meaning: '1 when Alipay accepts calls and its replies verify, else 0 with the reason',
  },
  {
    name: 'alipay_certificate_days_left',
    type: 'gauge',
    of: ['payment-service'],
    labels: { certificate: 'open', serial_number: 'open' },
    appearsLater: true,
    meaning: 'Days until a certificate ends; missing in key mode',
  },
]

const dueKinds = [
  'close_order',
  'complete_order',
  'close_attempt',
  'query_attempt',
  'refund',
  'reconciliation',
  'dead_letter',
]

const ofProcesses: readonly Metric[] = [
  {
    name: 'due_work',
    type: 'gauge',
    of: ['order-service', 'payment-service'],
    isShared: true,
    labels: { kind: dueKinds },
    meaning: 'Work that is due and not taken, at most 10,000 of a kind',
  },
  {
    name: 'due_work_oldest_age_seconds',
    type: 'gauge',
    of: ['order-service', 'payment-service'],
    isShared: true,
    labels: { kind: dueKinds },
    meaning: 'For how long the oldest of it has been due, 0 without any',
  },
  {
    name: 'readiness_check_ok',
    type: 'gauge',
    of: jobs,
    labels: {
      check: ['postgres', 'kafka', 'redis', 'clock', 'alipay', 'orders', 'payments', 'inventory', 'orders or payments'],
    },
    alsoValues: { check: ['certificates'] },
    meaning: '1 where a check of `/readyz` passes, else 0',
  },
  {
    name: 'clock_offset_seconds',
    type: 'gauge',
    of: consumingJobs,
    meaning: 'The process’s clock minus PostgreSQL’s',
  },
  {
    name: 'http_request_duration_seconds',
    type: 'histogram',
    of: jobs,
    labels: { method: 'open', route: 'open', status: 'open' },
    meaning: 'Requests by route and status',
  },
]

const ofNode: readonly Metric[] = [
  {
    name: 'nodejs_eventloop_lag_p99_seconds',
    type: 'gauge',
    of: jobs,
    meaning: 'Delay of the event loop since the last scrape, 99th percentile',
  },
  { name: 'nodejs_heap_size_used_bytes', type: 'gauge', of: jobs, meaning: 'Used heap' },
  { name: 'process_resident_memory_bytes', type: 'gauge', of: jobs, meaning: 'Memory of the process' },
  { name: 'process_cpu_seconds_total', type: 'counter', of: jobs, meaning: 'CPU time of the process' },
  { name: 'process_start_time_seconds', type: 'gauge', of: jobs, meaning: 'When the process was started' },
  { name: 'process_open_fds', type: 'gauge', of: jobs, meaning: 'Open files and connections (Linux)' },
]

/** All metrics by subject. Of those that Node and the process have by prom-client, only the ones that are used here. */
export const metricGroups: Readonly<Record<string, readonly Metric[]>> = {
  Events: ofMessaging,
  Orders: ofOrders,
  Payments: ofPayments,
  Alipay: ofAlipay,
  'Work, health and requests': ofProcesses,
  Processes: ofNode,
}

export const metrics: readonly Metric[] = Object.values(metricGroups).flat()

/** What Prometheus adds for each target. */
export const scrapeMetric: Metric = { name: 'up', type: 'gauge', of: jobs, meaning: '1 where the scrape succeeded' }
