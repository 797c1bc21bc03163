import { alerts } from './alerts.ts'
import { yaml } from './rules.ts'

/** Series and their values, one a minute, as promtool writes them: `0+5x90` is 0, 5, 10 … with 90 further values. */
type InputSeries = Readonly<Record<string, string>>

/** Series that raise an alert, and series of a healthy system that do not. */
export interface AlertCase {
  readonly alert: string
  /** Where an alert has several cases: what is special about this one. */
  readonly when?: string
  readonly raises: InputSeries
  readonly healthy: InputSeries
  /** When the alert is looked at, minutes after the first value. */
  readonly atMinute: number
  /** How many series are raised; by default one of each rule. */
  readonly count?: number
}

const constant = (value: number) => `${value}x200`
const rising = (perMinute: number) => `0+${perMinute}x200`

/** A gauge that is too high in one case, and fine in the other. */
const gauge = (alert: string, series: string, [bad, good]: [number, number], more: InputSeries = {}): AlertCase => ({
  alert,
  raises: { ...more, [series]: constant(bad) },
  healthy: { ...more, [series]: constant(good) },
  atMinute: 45,
})

const paidVia = (notify: number, query: number): InputSeries => ({
  'order_paid_delay_seconds_count{job="order-service",instance="a",via="notify"}': rising(notify),
  'order_paid_delay_seconds_count{job="order-service",instance="a",via="query"}': rising(query),
})
const placed = (good: number, failed: number): InputSeries => ({
  'gateway_place_duration_seconds_count{job="gateway",instance="a",outcome="placed"}': rising(good),
  'gateway_place_duration_seconds_count{job="gateway",instance="a",outcome="pending"}': rising(0),
  'gateway_place_duration_seconds_count{job="gateway",instance="a",outcome="refused"}': rising(500),
  'gateway_place_duration_seconds_count{job="gateway",instance="a",outcome="failed"}': rising(failed),
})
/** A histogram with so many observations a minute within the bound, and so many beyond it. */
const within = (name: string, le: string, [good, bad]: [number, number], labels = ''): InputSeries => ({
  [`${name}_bucket{job="x",instance="a",le="${le}"${labels}}`]: rising(good),
  [`${name}_count{job="x",instance="a"${labels}}`]: rising(good + bad),
})
const failedQueries =
  'alipay_calls_total{job="payment-service",instance="a",method="alipay.trade.query",code="no_reply"}'
const calls = (good: number, bad: number): InputSeries => ({
  'alipay_calls_total{job="payment-service",instance="a",method="alipay.trade.query",code="40004"}': rising(good),
  [failedQueries]: rising(bad),
})
const leader = (first: number): InputSeries => ({
  'outbox_relay_leader{job="order-service",instance="a"}': constant(first),
  'outbox_relay_leader{job="order-service",instance="b"}': constant(0),
})
const up = (values: Readonly<Record<string, number>>): InputSeries =>
  Object.fromEntries(
    Object.entries(values).map(([target, value]) => {
      const [job, instance] = target.split('/')
      return [`up{job="${job}",instance="${instance}"}`, constant(value)]
    }),
  )
const allUp = { 'gateway/a': 1, 'order-service/a': 1, 'payment-service/a': 1, 'inventory-service/a': 1 }
const lagOf = (instances: readonly string[]): InputSeries =>
  Object.fromEntries(
    instances.map(instance => [
      `consumer_lag{job="order-service",instance="${instance}",group="order-service",topic="payment.events"}`,
      constant(0),
    ]),
  )
const stopped = (lag: number, handled: number): InputSeries => ({
  'consumer_lag{job="order-service",instance="a",group="order-service",topic="payment.events"}': constant(lag),
  'consumer_events_total{job="order-service",instance="a",group="order-service",outcome="handled"}': rising(handled),
})
/** For how long a refund and a query have been due, s. */
const dueFor = (refund: number, query: number): InputSeries => ({
  'due_work_oldest_age_seconds{job="payment-service",instance="a",kind="refund"}': constant(refund),
  'due_work_oldest_age_seconds{job="payment-service",instance="a",kind="query_attempt"}': constant(query),
})
/** For how long an order has been RESERVING and one CLOSING, s, and how many attempts Alipay has not closed. */
const inState = (reserving: number, closing: number, unclear: number): InputSeries => ({
  'orders_in_state_oldest_age_seconds{job="order-service",instance="a",state="RESERVING"}': constant(reserving),
  'orders_in_state_oldest_age_seconds{job="order-service",instance="a",state="CLOSING"}': constant(closing),
  'payment_attempts{job="payment-service",instance="a",state="unclear"}': constant(unclear),
})

/** promtool's clock begins at 0: so many hours before it, s. */
const hoursBeforeStart = (hours: number) => -hours * 3_600

export const alertCases: readonly AlertCase[] = [
  { alert: 'PlacingFails', raises: placed(90, 10), healthy: placed(20_000, 1), atMinute: 150 },
  {
    alert: 'PaidLate',
    raises: within('order_notify_to_paid_seconds', '5', [90, 10]),
    healthy: within('order_notify_to_paid_seconds', '5', [20_000, 1]),
    atMinute: 150,
  },
  {
    alert: 'ClosedLate',
    // As Prometheus 3 writes the bound.
    raises: within('order_close_lateness_seconds', '60.0', [90, 10]),
    healthy: within('order_close_lateness_seconds', '60.0', [20_000, 1]),
    atMinute: 150,
  },
  {
    alert: 'RefundsLate',
    raises: within('refund_duration_seconds', '900', [50, 50], ',outcome="succeeded"'),
    healthy: within('refund_duration_seconds', '900', [2_000, 1], ',outcome="succeeded"'),
    atMinute: 150,
  },
  {
    alert: 'ReconciliationLate',
    raises: {
      'reconciled_until_timestamp_seconds{job="payment-service",instance="a"}': constant(hoursBeforeStart(34.5)),
    },
    healthy: {
      'reconciled_until_timestamp_seconds{job="payment-service",instance="a"}': constant(hoursBeforeStart(34)),
    },
    atMinute: 45,
  },
  gauge(
    'DeadLetterTooOld',
    'open_dead_letters_oldest_age_seconds{job="payment-service",group="order-service"}',
    [901, 899],
  ),
  gauge('DeadLetters', 'open_dead_letters{job="payment-service",group="order-service"}', [1, 0]),
  gauge('OpenCases', 'open_cases{job="payment-service",kind="refund_failed"}', [1, 0]),
  { alert: 'NotifiesMissing', raises: paidVia(1, 3), healthy: paidVia(3, 1), atMinute: 45 },
  {
    alert: 'ForeignNotifies',
    raises: { 'gateway_notifies_refused_total{job="gateway",instance="a",reason="missing_field"}': rising(90) },
    healthy: { 'gateway_notifies_refused_total{job="gateway",instance="a",reason="missing_field"}': rising(30) },
    atMinute: 45,
  },
  gauge('OutboxNotPublished', 'outbox_oldest_event_age_seconds{job="order-service",instance="a"}', [61, 5]),
  { alert: 'NoRelayLeader', raises: leader(0), healthy: leader(1), atMinute: 45 },
  {
    alert: 'EventRejected',
    raises: { 'outbox_rejected_total{job="order-service",instance="a"}': '0x30 1x100' },
    healthy: { 'outbox_rejected_total{job="order-service",instance="a"}': constant(1) },
    atMinute: 45,
  },
  gauge(
    'ConsumerLagging',
    'consumer_lag{job="order-service",group="order-service",topic="payment.events"}',
    [1_001, 999],
  ),
  { alert: 'ConsumerStopped', raises: stopped(5, 0), healthy: stopped(5, 1), atMinute: 45 },
  { alert: 'DueWorkLate', raises: dueFor(121, 901), healthy: dueFor(119, 899), atMinute: 45 },
  // The order in CLOSING raises the ticket only.
  { alert: 'OrdersStuck', raises: inState(121, 121, 1), healthy: inState(119, 119, 1), atMinute: 45 },
  gauge('ClosingUnclear', 'payment_attempts{job="payment-service",state="unclear"}', [11, 2], {
    'payment_attempts{job="payment-service",state="open"}': constant(5_000),
  }),
  gauge(
    'AlipayConnectionRefused',
    'alipay_connection_ok{job="payment-service",instance="a",reason="invalid_signature"}',
    [0, 1],
  ),
  { alert: 'AlipayCallsFail', raises: calls(40, 60), healthy: calls(60, 40), atMinute: 45 },
  {
    alert: 'AlipayCallsFail',
    when: 'in a quiet hour',
    raises: calls(0, 2),
    healthy: { ...calls(0, 0), [failedQueries]: '0x30 1x100' },
    // The one failed call is within the last 5 minutes, and older than the 2 minutes that the alert waits.
    atMinute: 34,
  },
  {
    alert: 'AlipayBudgetUsedUp',
    raises: { 'alipay_calls_skipped_total{job="payment-service",instance="a",priority="sync"}': rising(1) },
    healthy: {
      'alipay_calls_skipped_total{job="payment-service",instance="a",priority="sync"}': constant(7),
      'alipay_calls_skipped_total{job="payment-service",instance="a",priority="request"}': rising(9),
    },
    atMinute: 45,
  },
  gauge(
    'CertificateEnds',
    'alipay_certificate_days_left{job="payment-service",certificate="app",serial_number="1"}',
    [29, 31],
  ),
  {
    alert: 'ProcessDown',
    raises: up({ ...allUp, 'gateway/b': 0 }),
    healthy: up({ ...allUp, 'gateway/b': 1 }),
    atMinute: 45,
  },
  {
    alert: 'ServiceDown',
    // One service does not answer, and another is not scraped at all.
    raises: up({ 'gateway/a': 1, 'order-service/a': 0, 'order-service/b': 0, 'payment-service/a': 1 }),
    count: 2,
    healthy: up({ ...allUp, 'order-service/b': 0 }),
    atMinute: 45,
  },
  gauge('DatabaseUnavailable', 'readiness_check_ok{job="order-service",instance="a",check="postgres"}', [0, 1], {
    'readiness_check_ok{job="order-service",instance="a",check="kafka"}': constant(0),
  }),
  {
    alert: 'KafkaUnavailable',
    raises: { ...up({ 'order-service/a': 1, 'order-service/b': 1 }), ...lagOf(['a']) },
    healthy: { ...up({ 'order-service/a': 1, 'order-service/b': 0, 'gateway/a': 1 }), ...lagOf(['a']) },
    atMinute: 45,
  },
  gauge('RedisUnavailable', 'readiness_check_ok{job="gateway",instance="a",check="redis"}', [0, 1]),
  gauge('ClockWrong', 'clock_offset_seconds{job="order-service",instance="a"}', [-6, -4]),
  gauge('EventLoopBlocked', 'nodejs_eventloop_lag_p99_seconds{job="gateway",instance="a"}', [1.5, 0.2]),
  gauge('SocketsFull', 'gateway_order_status_sockets{job="gateway",instance="a"}', [8_001, 7_000]),
]

/** `prometheus/rules.test.yml`: for promtool, the cases as unit tests of the rules. */
export function rulesTestFile(): string {
  const notice = '# Generated by `npm run docs` from tools/observability. Do not edit.\n'
  const tests = alertCases.flatMap(one => {
    const when = one.when === undefined ? '' : ` ${one.when}`
    return [
      promtoolTest(`${one.alert} is raised${when}`, one, one.raises, raisedCount(one)),
      promtoolTest(`${one.alert} is not raised by a healthy system${when}`, one, one.healthy, 0),
    ]
  })
  return `${notice}# promtool test rules rules.test.yml\n${yaml({ rule_files: ['rules.yml'], evaluation_interval: '5m', tests })}`
}

/** How many alerts fire where the case raises its alert. */
function raisedCount({ alert, count }: AlertCase): number {
  return count ?? alerts.find(({ name }) => name === alert)?.rules.length ?? 0
}

function promtoolTest(name: string, { alert, atMinute }: AlertCase, series: InputSeries, firing: number) {
  return {
    name,
    interval: '1m',
    input_series: Object.entries(series).map(([key, values]) => ({ series: key, values })),
    promql_expr_test: [
      {
        expr: `count by (alertname) (ALERTS{alertname="${alert}",alertstate="firing"})`,
        eval_time: `${atMinute}m`,
        exp_samples: firing === 0 ? [] : [{ labels: `{alertname="${alert}"}`, value: firing }],
      },
    ],
  }
}
