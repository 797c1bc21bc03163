import { actorOf, type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { and, asc, eq, gt, ne } from 'drizzle-orm'
import Type from 'typebox'
import { existingDay } from './day.ts'
import { dayToCompare, listDifferences, pageSize, runBody } from './read-runs.ts'
import { findRunOfDay, requestRun } from './runs.ts'
import { setAsideBillRows } from './schema.ts'

const BillDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Position = Type.Optional(Type.String({ pattern: '^\\d{1,9}$' }))

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
      const { date } = await dayToCompare(db, request.body.date)
      const { run } = await requestRun(db, date, actorOf(request.headers['x-actor']))
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
      const { date } = existingDay(request.params.date)
      const offset = Number(request.query.offset ?? 0)
      const run = await findRunOfDay(db, date)
      if (!run) throw notRequested(date)
      return { run: runBody(run), ...(await listDifferences(db, date, offset)) }
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
      const { date } = existingDay(request.params.date)
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

const notRequested = (date: string) =>
  new Problem('not-found', `No comparison of the bill of ${date} has been requested.`)
