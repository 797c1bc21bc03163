import type { Alert, AlertRule } from './alert.ts'
import { consumingJobs, jobs } from './metrics.ts'
import { objectiveAlerts } from './objectives.ts'

interface Cause {
  name: string
  title: string
  severity: AlertRule['severity']
  /** Appended to the title: names the series. */
  about?: string
  expr: string
  for: string
}

const cause = ({ name, title, severity, about, expr, for: pending }: Cause): Alert => ({
  name,
  title,
  severity,
  summary: about ? `${title}: ${about}` : title,
  rules: [{ expr, for: pending, severity }],
})

const anyJob = jobs.join('|')
const consuming = consumingJobs.join('|')
const hour = 3_600

/**
 * Kinds of due work that wait where queries are limited (`ALIPAY_QUERIES_PER_SECOND`) or a bill is long: late ones cost
 * no shopper anything, because notifies come without them.
 */
const limitedByQueries = 'query_attempt|reconciliation'
const dueFor = (seconds: number, kinds: string) => `max by (kind) (due_work_oldest_age_seconds{${kinds}}) > ${seconds}`
const inStateFor = (seconds: number, states: string) =>
  `max by (state) (orders_in_state_oldest_age_seconds{${states}}) > ${seconds}`
/** An order stays CLOSING for as long as Alipay does not say clearly that its payment link is closed. */
const closingIsUnclear = 'max(payment_attempts{state="unclear"}) > 0'

const money: readonly Alert[] = [
  cause({
    name: 'ReconciliationLate',
    title: 'A day is not reconciled by 11:00 of the next day in Beijing',
    severity: 'ticket',
    // The day ended at midnight in Beijing: at 11:00 of the day after the next day begins, 35 hours have passed since.
    expr: `time() - max(reconciled_until_timestamp_seconds) > ${35 * hour}`,
    for: '5m',
  }),
  cause({
    name: 'DeadLetterTooOld',
    title: 'A dead letter waits for more than 15 minutes',
    severity: 'page',
    about: '{{ $labels.group }}',
    expr: `max by (group) (open_dead_letters_oldest_age_seconds) > 900`,
    for: '1m',
  }),
  cause({
    name: 'DeadLetters',
    title: 'Records were dead-lettered',
    severity: 'ticket',
    about: '{{ $value }} of {{ $labels.group }}',
    expr: 'max by (group) (open_dead_letters) > 0',
    for: '1m',
  }),
  cause({
    name: 'OpenCases',
    title: 'Cases wait for a person',
    severity: 'ticket',
    about: '{{ $value }} of the kind {{ $labels.kind }}',
    expr: 'max by (kind) (open_cases) > 0',
    for: '10m',
  }),
  cause({
    name: 'NotifiesMissing',
    title: 'Most payments are found without a notify',
    severity: 'ticket',
    expr:
      'sum(increase(order_paid_delay_seconds_count{via=~"query|close|reconciliation"}[30m]))' +
      ' > sum(increase(order_paid_delay_seconds_count{via="notify"}[30m]))',
    for: '15m',
  }),
  cause({
    name: 'ForeignNotifies',
    title: 'Bodies that are no Alipay notify arrive at the notify address',
    severity: 'ticket',
    about: '{{ $value | humanize }} per second',
    expr: 'sum(rate(gateway_notifies_refused_total[15m])) > 1',
    for: '15m',
  }),
]

const flow: readonly Alert[] = [
  cause({
    name: 'OutboxNotPublished',
    title: 'Events are not published',
    severity: 'page',
    about: 'the oldest of {{ $labels.job }} waits for {{ $value | humanizeDuration }}',
    expr: 'max by (job) (outbox_oldest_event_age_seconds) > 60',
    for: '1m',
  }),
  cause({
    name: 'NoRelayLeader',
    title: 'No replica publishes events',
    severity: 'page',
    about: '{{ $labels.job }}',
    expr: 'max by (job) (outbox_relay_leader) == 0',
    for: '1m',
  }),
  cause({
    name: 'EventRejected',
    title: 'An event can never be published',
    severity: 'page',
    about: '{{ $labels.job }}',
    expr: 'sum by (job) (increase(outbox_rejected_total[1h])) > 0',
    for: '0m',
  }),
  cause({
    name: 'ConsumerLagging',
    title: 'A consumer group is far behind',
    severity: 'page',
    about: '{{ $labels.group }} has {{ $value }} records of {{ $labels.topic }} to read',
    expr: 'max by (group, topic) (consumer_lag) > 1000',
    for: '5m',
  }),
  cause({
    name: 'ConsumerStopped',
    title: 'A consumer group handles nothing, though there are records',
    severity: 'page',
    about: '{{ $labels.group }}',
    expr: 'max by (group) (consumer_lag) > 0 and on (group)' + ' sum by (group) (rate(consumer_events_total[5m])) == 0',
    for: '5m',
  }),
  {
    name: 'DueWorkLate',
    title: 'Due work is not done',
    severity: 'page',
    summary: 'Due work is not done: {{ $labels.kind }} has been due for {{ $value | humanizeDuration }}',
    rules: [
      { expr: dueFor(120, `kind!~"${limitedByQueries}"`), for: '2m', severity: 'page' },
      { expr: dueFor(900, `kind=~"${limitedByQueries}"`), for: '5m', severity: 'ticket' },
    ],
  },
  {
    name: 'OrdersStuck',
    title: 'Orders stay in a state that they should leave within seconds',
    severity: 'page',
    summary:
      'Orders stay in a state that they should leave within seconds: {{ $labels.state }} for {{ $value | humanizeDuration }}',
    rules: [
      {
        expr: `${inStateFor(120, 'state!="CLOSING"')} or ${inStateFor(120, 'state="CLOSING"')} unless on () ${closingIsUnclear}`,
        for: '2m',
        severity: 'page',
      },
      {
        expr: `${inStateFor(120, 'state="CLOSING"')} and on () ${closingIsUnclear}`,
        for: '15m',
        severity: 'ticket',
      },
    ],
  },
  cause({
    name: 'ClosingUnclear',
    title: 'Payment links are not closed at Alipay',
    severity: 'ticket',
    about: '{{ $value }} attempts, whose stock stays reserved',
    expr: 'max(payment_attempts{state="unclear"}) > 10',
    for: '15m',
  }),
]

const failedCalls = 'alipay_calls_total{code!~"10000|40004"}'

const alipay: readonly Alert[] = [
  cause({
    name: 'AlipayConnectionRefused',
    title: 'Alipay does not accept calls, or its replies do not verify',
    severity: 'page',
    about: '{{ $labels.reason }}',
    expr: 'max by (reason) (alipay_connection_ok) == 0',
    for: '2m',
  }),
  cause({
    name: 'AlipayCallsFail',
    title: 'Most calls to Alipay bring no usable reply',
    severity: 'page',
    about: '{{ $value | humanizePercentage }} of them',
    // At least 5 in 5 minutes, because one failed call can be most calls of a quiet hour.
    expr:
      `sum(rate(${failedCalls}[5m])) / sum(rate(alipay_calls_total[5m])) > 0.5` +
      ` and sum(rate(${failedCalls}[5m])) * 300 >= 5`,
    for: '2m',
  }),
  cause({
    name: 'AlipayBudgetUsedUp',
    title: 'Queries and openings are left out, because the budget of calls to Alipay is used up',
    severity: 'ticket',
    expr: 'sum(rate(alipay_calls_skipped_total{priority="sync"}[5m])) > 0',
    for: '10m',
  }),
  cause({
    name: 'CertificateEnds',
    title: 'A certificate ends within 30 days',
    severity: 'ticket',
    about: '{{ $labels.certificate }} in {{ $value }} days',
    expr: 'min by (certificate) (alipay_certificate_days_left) < 30',
    for: '10m',
  }),
]

const machinery: readonly Alert[] = [
  cause({
    name: 'ProcessDown',
    title: 'A process does not answer',
    severity: 'ticket',
    about: '{{ $labels.job }} at {{ $labels.instance }}',
    expr: `up{job=~"${anyJob}"} == 0`,
    for: '1m',
  }),
  cause({
    name: 'ServiceDown',
    title: 'No process of a service answers',
    severity: 'page',
    about: '{{ $labels.job }}',
    expr: [`sum by (job) (up{job=~"${anyJob}"}) == 0`, ...jobs.map(job => `absent(up{job="${job}"})`)].join(' or '),
    for: '1m',
  }),
  cause({
    name: 'DatabaseUnavailable',
    title: 'A service can not reach its database',
    severity: 'page',
    about: '{{ $labels.job }} at {{ $labels.instance }}',
    expr: 'readiness_check_ok{check="postgres"} == 0',
    for: '30s',
  }),
  cause({
    name: 'KafkaUnavailable',
    title: 'A service can not read from Kafka',
    severity: 'page',
    about: '{{ $labels.job }} at {{ $labels.instance }}',
    // While Kafka does not answer, a process serves no lag.
    expr: `up{job=~"${consuming}"} == 1 unless on (job, instance) consumer_lag`,
    for: '2m',
  }),
  cause({
    name: 'RedisUnavailable',
    title: 'A process can not reach Redis',
    severity: 'ticket',
    about: '{{ $labels.job }} at {{ $labels.instance }}',
    expr: 'readiness_check_ok{check="redis"} == 0',
    for: '2m',
  }),
  cause({
    name: 'ClockWrong',
    title: 'The clock of a process is more than 5 s off PostgreSQL’s',
    severity: 'ticket',
    about: '{{ $labels.job }} at {{ $labels.instance }}, by {{ $value }} s',
    expr: 'abs(clock_offset_seconds) > 5',
    for: '1m',
  }),
  cause({
    name: 'EventLoopBlocked',
    title: 'A process is too busy to answer in time',
    severity: 'ticket',
    about: '{{ $labels.job }} at {{ $labels.instance }}',
    expr: `nodejs_eventloop_lag_p99_seconds{job=~"${anyJob}"} > 1`,
    for: '5m',
  }),
  cause({
    name: 'SocketsFull',
    title: 'A gateway has nearly as many WebSockets as it accepts',
    severity: 'ticket',
    about: '{{ $value }} at {{ $labels.instance }}',
    expr: 'gateway_order_status_sockets > 8000',
    for: '5m',
  }),
]

/** All alerts by the group of rules that they are in. */
export const alertGroups: Readonly<Record<string, readonly Alert[]>> = {
  objectives: objectiveAlerts,
  money,
  flow,
  alipay,
  machinery,
}

export const alerts: readonly Alert[] = Object.values(alertGroups).flat()

/** The path of an alert's runbook in the repository: `docs/operations/runbooks/no-relay-leader.md`. */
export function runbookOf({ name }: Pick<Alert, 'name'>): string {
  return `docs/operations/runbooks/${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.md`
}
