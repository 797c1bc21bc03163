import { actorOf, type HttpApp, Problem } from '@alipay-checkout/service-kit'
import { type Db, databaseNow } from '@alipay-checkout/service-kit/database'
import { and, asc, eq, getTableColumns, gt, ne } from 'drizzle-orm'
import Type from 'typebox'
import { attempts, methodOf } from '../payments/schema.ts'
import { dayOf, yesterday } from './day.ts'
import { findRunOfDay, type Run, requestRun } from './runs.ts'
import { billDifferences, setAsideBillRows } from './schema.ts'

const BillDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Position = Type.Optional(Type.String({ pattern: '^\\d{1,9}$' }))
/** Differences, or rows, per page. */
const pageSize = 500

/**
 * Requests the comparison of a day's bill, and lists its result page by page. `reconcileNow` wakes the reconciler. A day
 * is one in Beijing, by the database's clock.
 */
export function addReconciliations(app: HttpApp, { db, reconcileNow }: { db: Db; reconcileNow: () => void }): void {
  app.post(
    '/reconciliations',
    {
      schema: {
        body: Type.Object({ date: Type.Optional(BillDate) }, { additionalProperties: false }),
        headers: Type.Object({ 'x-actor': Type.String({ minLength: 1, maxLength: 512 }) }),
      },
    },
    async (request, reply) => {
      const now = await databaseNow(db)
      const day = request.body.date === undefined ? yesterday(now) : dayOf(request.body.date)
      if (!day) throw new Problem('invalid-request', `There is no day ${request.body.date}.`)
      if (day.end > now) throw notOver(day.date, day.after)
      const run = await requestRun(db, day.date, actorOf(request.headers['x-actor']))
      reconcileNow()
      return reply.code(202).send(runBody(run))
    },
  )

  app.get(
    '/reconciliations/:date',
    {
      schema: {
        params: Type.Object({ date: BillDate }),
        querystring: Type.Object({ offset: Position }, { additionalProperties: false }),
      },
    },
    async request => {
      const { date } = request.params
      const offset = Number(request.query.offset ?? 0)
      const run = await findRunOfDay(db, date)
      if (!run) throw notRequested(date)
      const found = await db
        .select({
          difference: getTableColumns(billDifferences),
          attempt: { method: attempts.method, openedAt: attempts.openedAt },
        })
        .from(billDifferences)
        .leftJoin(attempts, eq(attempts.outTradeNo, billDifferences.outTradeNo))
        .where(eq(billDifferences.billDate, date))
        .orderBy(asc(billDifferences.kind), asc(billDifferences.subject))
        .offset(offset)
        .limit(pageSize + 1)
      return {
        run: runBody(run),
        differences: found.slice(0, pageSize).map(differenceBody),
        nextOffset: found.length > pageSize ? offset + pageSize : null,
      }
    },
  )

  app.get(
    '/reconciliations/:date/set-aside',
    {
      schema: {
        params: Type.Object({ date: BillDate }),
        querystring: Type.Object(
          { rows: Type.Union([Type.Literal('foreign'), Type.Literal('odd')]), after: Position },
          { additionalProperties: false },
        ),
      },
    },
    async request => {
      const { date } = request.params
      const { rows, after = '0' } = request.query
      if (!(await findRunOfDay(db, date))) throw notRequested(date)
      const { kind, line, billDate } = setAsideBillRows
      const items = await db
        .select()
        .from(setAsideBillRows)
        .where(and(eq(billDate, date), rows === 'odd' ? eq(kind, 'odd') : ne(kind, 'odd'), gt(line, Number(after))))
        .orderBy(asc(line))
        .limit(pageSize)
      return { items, nextAfter: items.length === pageSize ? (items.at(-1)?.line ?? null) : null }
    },
  )
}

/** A run as the API shows it: sums of the ledger are named `our…` there. */
function runBody({ ledgerPayments, ledgerPaymentFen, ledgerRefunds, ledgerRefundFen, ...run }: Run) {
  return {
    ...run,
    ourPayments: ledgerPayments,
    ourPaymentFen: ledgerPaymentFen,
    ourRefunds: ledgerRefunds,
    ourRefundFen: ledgerRefundFen,
  }
}
export type RunBody = ReturnType<typeof runBody>

/** A difference as the API shows it, with the method of the trade where its attempt is known. */
function differenceBody({
  difference: { ledgerFen, ledgerAt, ...difference },
  attempt,
}: {
  difference: typeof billDifferences.$inferSelect
  attempt: Parameters<typeof methodOf>[0] | null
}) {
  return { ...difference, method: (attempt && methodOf(attempt)) ?? null, ourFen: ledgerFen, ourAt: ledgerAt }
}
export type DifferenceBody = ReturnType<typeof differenceBody>

const notRequested = (date: string) =>
  new Problem('not-found', `No comparison of the bill of ${date} has been requested.`)

function notOver(date: string, after: string): Problem {
  return new Problem(
    'invalid-request',
    `${date} is not over in Beijing. Alipay has its bill at about 09:00 on ${after}, and it is compared automatically then.`,
  )
}
