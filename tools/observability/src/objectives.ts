import type { Alert, AlertRule } from './alert.ts'

/** A promise about a share of events over 30 days. */
export interface Objective {
  /** The label `slo` of its series. */
  readonly slo: string
  /** The share of events that must be good. */
  readonly goal: number
  readonly title: string
  /** The share of bad events within a window such as `5m`, in PromQL; without events it gives no number. */
  readonly errorRatio: (window: string) => string
  readonly alert: {
    readonly name: string
    readonly title: string
    /** Of the fast windows; the slow one is always a ticket. */
    readonly severity: Alert['severity']
  }
}

/**
 * The bucket of a bound, also as Prometheus 3 writes whole numbers (`5.0`).
 */
const le = (seconds: number) => `le=~"${seconds}(\\\\.0)?"`

export const objectives: readonly Objective[] = [
  {
    slo: 'placing',
    goal: 0.9995,
    title: 'Orders are placed: of the requests that are not refused, 99.95 % are answered 201 or 202',
    errorRatio: window =>
      `sum(rate(gateway_place_duration_seconds_count{outcome="failed"}[${window}]))` +
      ` / sum(rate(gateway_place_duration_seconds_count{outcome!="refused"}[${window}]))`,
    alert: { name: 'PlacingFails', title: 'Orders can not be placed', severity: 'page' },
  },
  {
    slo: 'notify_to_paid',
    goal: 0.999,
    title: 'Orders are PAID within 5 s of the notify, 99.9 % of them',
    errorRatio: window =>
      `1 - sum(rate(order_notify_to_paid_seconds_bucket{${le(5)}}[${window}]))` +
      ` / sum(rate(order_notify_to_paid_seconds_count[${window}]))`,
    alert: { name: 'PaidLate', title: 'Orders become PAID late after the notify', severity: 'page' },
  },
  {
    slo: 'closing',
    goal: 0.999,
    title: 'Due orders are closed within 60 s, 99.9 % of them',
    errorRatio: window =>
      `1 - sum(rate(order_close_lateness_seconds_bucket{${le(60)}}[${window}]))` +
      ` / sum(rate(order_close_lateness_seconds_count[${window}]))`,
    alert: { name: 'ClosedLate', title: 'Due orders are closed late', severity: 'ticket' },
  },
  {
    slo: 'refunding',
    goal: 0.99,
    title: 'Refunds succeed within 15 minutes, 99 % of them',
    errorRatio: window =>
      `1 - sum(rate(refund_duration_seconds_bucket{outcome="succeeded",${le(900)}}[${window}]))` +
      ` / sum(rate(refund_duration_seconds_count[${window}]))`,
    alert: { name: 'RefundsLate', title: 'Refunds are late or fail', severity: 'ticket' },
  },
]

/** The windows of burn rates, and the name of the recorded series of each. */
const windows = ['5m', '30m', '1h', '6h', '3d'] as const
const ratioName = (window: string) => `slo:error_ratio:rate${window}`

/**
 * When the budget of 30 days burns too fast: 2 % of it in an hour, 5 % in six hours, 10 % in three days. The short window
 * ends an alert soon after its cause (Google, "The Site Reliability Workbook", chapter 5).
 */
const burns = [
  { rate: 14.4, long: '1h', short: '5m', for: '2m', isFast: true },
  { rate: 6, long: '6h', short: '30m', for: '15m', isFast: true },
  { rate: 1, long: '3d', short: '6h', for: '1h', isFast: false },
] as const

export interface RecordingRule {
  readonly record: string
  readonly expr: string
  readonly labels: Readonly<Record<string, string>>
}

/** The error ratio of each objective over each window. */
export const recordingRules: readonly RecordingRule[] = objectives.flatMap(({ slo, errorRatio }) =>
  windows.map(window => ({ record: ratioName(window), expr: errorRatio(window), labels: { slo } })),
)

/** One alert for each objective, with a rule for each burn rate. */
export const objectiveAlerts: readonly Alert[] = objectives.map(({ slo, goal, alert }) => ({
  name: alert.name,
  title: alert.title,
  severity: alert.severity,
  summary: `${alert.title}: {{ $value | humanizePercentage }} of them recently`,
  rules: burns.map(({ rate, long, short, for: pending, isFast }): AlertRule => {
    // Without the noise of floating point: 0.0072, not 0.00720000000000001.
    const limit = Number((rate * (1 - goal)).toPrecision(6))
    const above = (window: string) => `${ratioName(window)}{slo="${slo}"} > ${limit}`
    return {
      expr: `${above(short)} and ${above(long)}`,
      for: pending,
      severity: isFast ? alert.severity : 'ticket',
      labels: { slo, window: long },
    }
  }),
}))
