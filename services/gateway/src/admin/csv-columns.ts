import type {
  AdminOrderRow,
  AuditEntry,
  BillDifference,
  Case,
  DeadLetter,
  DueWork,
  PaymentRow,
  Reconciliation,
  ReconciliationRun,
  Refund,
  ReportRow,
  StockHistoryEntry,
  StockRow,
} from '@alipay-checkout/contracts'
import { type CsvList, textCell } from './csv.ts'

type Optional<V> = V | null | undefined
type Columns<T> = Record<string, (item: T) => string>

const text =
  <T>(of: (item: T) => Optional<string | boolean>) =>
  (item: T) =>
    textCell(of(item))
const number =
  <T>(of: (item: T) => Optional<number>) =>
  (item: T) =>
    String(of(item) ?? '')
/** An amount of fen as yuan with two decimals. */
const yuan =
  <T>(of: (item: T) => Optional<number>) =>
  (item: T) =>
    yuanOf(of(item))
/** A time in Beijing, as ISO 8601 with its offset. */
const time =
  <T>(of: (item: T) => Optional<string>) =>
  (item: T) =>
    beijingTime(of(item))
const json =
  <T>(of: (item: T) => unknown) =>
  (item: T) =>
    textCell(jsonOf(of(item)))

const jsonOf = (value: unknown) => (value === undefined || value === null ? '' : JSON.stringify(value))

export function yuanOf(fen: Optional<number>): string {
  if (fen === undefined || fen === null) return ''
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Beijing has no daylight saving time. */
export function beijingTime(at: Optional<string>): string {
  if (at === undefined || at === null) return ''
  return new Date(Date.parse(at) + 8 * 3_600_000).toISOString().replace('Z', '+08:00')
}

const list = <T>(file: string, columns: Columns<T>, page?: CsvList['page']): CsvList => ({
  file,
  columns: columns as CsvList['columns'],
  ...(page ? { page } : {}),
})

const differences = (body: Reconciliation) => ({
  items: body.differences,
  next: body.nextOffset === null ? undefined : { offset: String(body.nextOffset) },
})

/** The lists of the admin API that can be exported. */
export const csvLists = {
  orders: list<AdminOrderRow>('orders', {
    order_id: text(row => row.orderId),
    reference: text(row => row.reference),
    customer_id: text(row => row.customerId),
    status: text(row => row.orderStatus),
    fulfilment: text(row => row.fulfilmentStatus),
    total_yuan: yuan(row => row.totalFen),
    refunded_yuan: yuan(row => row.refundedFen),
    units: number(row => row.units),
    method: text(row => row.method),
    flags: text(row => row.flags.join(' ')),
    created_at: time(row => row.createdAt),
    expires_at: time(row => row.expiresAt),
    paid_at: time(row => row.paidAt),
  }),
  payments: list<PaymentRow>('payments', {
    order_id: text(row => row.orderId),
    state: text(row => row.state),
    unclear: text(row => row.unclear),
    amount_yuan: yuan(row => row.amountFen),
    method: text(row => row.method),
    out_trade_no: text(row => row.outTradeNo),
    trade_no: text(row => row.tradeNo),
    attempts: number(row => row.attempts),
    created_at: time(row => row.createdAt),
    paid_at: time(row => row.paidAt),
  }),
  refunds: list<Refund>('refunds', {
    refund_id: text(row => row.refundId),
    order_id: text(row => row.orderId),
    out_trade_no: text(row => row.outTradeNo),
    method: text(row => row.method),
    amount_yuan: yuan(row => row.amountFen),
    status: text(row => row.status),
    reason: text(row => row.reason),
    note: text(row => row.note),
    requested_by: text(row => row.requestedBy),
    requested_at: time(row => row.requestedAt),
    approved_by: text(row => row.approvedBy),
    finished_at: time(row => row.finishedAt),
    why: text(row => row.why),
  }),
  cases: list<Case>('cases', {
    case_id: text(row => row.caseId),
    kind: text(row => row.kind),
    status: text(row => row.status),
    order_id: text(row => row.orderId),
    out_trade_no: text(row => row.outTradeNo),
    amount_yuan: yuan(row => row.amountFen),
    summary: text(row => row.summary),
    proposed_action: text(row => row.proposal.action),
    claimed_by: text(row => row.claimedBy),
    opened_at: time(row => row.openedAt),
    resolved_at: time(row => row.resolvedAt),
  }),
  reconciliations: list<ReconciliationRun>('reconciliations', {
    bill_date: text(row => row.billDate),
    status: text(row => row.status),
    bill_payments: number(row => row.billPayments),
    bill_paid_yuan: yuan(row => row.billPaymentFen),
    bill_refunds: number(row => row.billRefunds),
    bill_refunded_yuan: yuan(row => row.billRefundFen),
    bill_fee_yuan: yuan(row => row.billFeeFen),
    our_payments: number(row => row.ourPayments),
    our_paid_yuan: yuan(row => row.ourPaymentFen),
    our_refunds: number(row => row.ourRefunds),
    our_refunded_yuan: yuan(row => row.ourRefundFen),
    foreign_payments: number(row => row.foreignPayments),
    foreign_paid_yuan: yuan(row => row.foreignPaymentFen),
    foreign_refunds: number(row => row.foreignRefunds),
    foreign_refunded_yuan: yuan(row => row.foreignRefundFen),
    odd_rows: number(row => row.oddRows),
    unsettled: number(row => row.unsettled),
    differences: json(row => row.differences),
    started_by: text(row => row.startedBy),
    finished_at: time(row => row.finishedAt),
    signed_off_by: text(row => row.signedOffBy),
    signed_off_at: time(row => row.signedOffAt),
    sign_off_note: text(row => row.signOffNote),
    why: text(row => row.why),
    run_id: text(row => row.runId),
  }),
  differences: list<BillDifference>(
    'differences',
    {
      bill_date: text(row => row.billDate),
      kind: text(row => row.kind),
      status: text(row => row.status),
      subject: text(row => row.subject),
      order_id: text(row => row.orderId),
      out_trade_no: text(row => row.outTradeNo),
      trade_no: text(row => row.tradeNo),
      request_no: text(row => row.requestNo),
      method: text(row => row.method),
      bill_yuan: yuan(row => row.billFen),
      our_yuan: yuan(row => row.ourFen),
      bill_at: time(row => row.billAt),
      our_at: time(row => row.ourAt),
      detail: text(row => row.detail),
      case_id: text(row => row.caseId),
      found_at: time(row => row.foundAt),
      changed_at: time(row => row.changedAt),
    },
    differences as CsvList['page'],
  ),
  deadLetters: list<DeadLetter>('dead-letters', {
    dead_letter_id: text(row => row.deadLetterId),
    group: text(row => row.group),
    status: text(row => row.status),
    reason: text(row => row.reason),
    redrivable: text(row => row.redrivable),
    topic: text(row => row.topic),
    partition: text(row => row.partition),
    offset: text(row => row.offset),
    type: text(row => row.type),
    key: text(row => row.key),
    order_id: text(row => row.orderId),
    case_id: text(row => row.caseId),
    dead_lettered_at: time(row => row.deadLetteredAt),
    handled_by: text(row => row.handledBy),
    handled_at: time(row => row.handledAt),
    handled_reason: text(row => row.handledReason),
  }),
  stock: list<StockRow>('stock', {
    sku: text(row => row.sku),
    title: text(row => row.title),
    price_yuan: yuan(row => row.priceFen),
    on_sale: text(row => row.onSale),
    max_per_customer: number(row => row.maxPerCustomer),
    available: number(row => row.available),
    reserved: number(row => row.held),
    sold: number(row => row.sold),
    supplied: number(row => row.supplied),
  }),
  stockHistory: list<StockHistoryEntry>('stock-history', {
    at: time(row => row.at),
    by: text(row => row.by),
    what: text(row => row.what),
    delta: number(row => row.delta),
    reason: text(row => row.reason),
    before: json(row => row.before),
    after: json(row => row.after),
  }),
  auditLog: list<AuditEntry>('audit-log', {
    audit_id: text(row => row.auditId),
    at: time(row => row.at),
    service: text(row => row.service),
    actor: text(row => row.actor),
    role: text(row => row.role),
    action: text(row => row.action),
    object: text(row => row.object),
    order_id: text(row => row.orderId),
    before: json(row => row.before),
    after: json(row => row.after),
    reason: text(row => row.reason),
    request_id: text(row => row.requestId),
    trace_id: text(row => row.traceId),
  }),
  report: list<ReportRow>('report', {
    period: text(row => row.period),
    from: text(row => row.from),
    to: text(row => row.to),
    payments: number(row => row.payments),
    paid_yuan: yuan(row => row.paidFen),
    refunds: number(row => row.refunds),
    refunded_yuan: yuan(row => row.refundedFen),
    fee_yuan: yuan(row => row.feeFen),
    net_yuan: yuan(row => row.netFen),
    days: number(row => row.days),
    reconciled_days: number(row => row.reconciledDays),
  }),
  due: list<DueWork>('due', {
    service: text(row => row.service),
    kind: text(row => row.kind),
    due: number(row => row.due),
    waiting: number(row => row.waiting),
    oldest_due_at: time(row => row.oldestDueAt),
    next_due_at: time(row => row.nextDueAt),
    timers: number(row => row.timers?.delayed),
    next_timer_at: time(row => row.timers?.nextAt),
  }),
}
