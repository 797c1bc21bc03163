import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { asc, eq } from 'drizzle-orm'
import Type from 'typebox'
import { actorOf } from '../actor.ts'
import { billDifferences } from '../db/reconciliation-schema.ts'
import { dayOf } from './day.ts'
import { findRunOfDay, requestRun } from './runs.ts'

const BillDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
/** Differences given with a run; the table has them all. */
const differencesMax = 500

/** Asks for the comparison of a day's bill, and says what came of it. `reconcileNow` wakes whoever compares. */
export function addReconciliations(app: HttpApp, { db, reconcileNow }: { db: Db; reconcileNow: () => void }): void {
  app.post(
    '/reconciliations',
    {
      schema: {
        body: Type.Object({ date: BillDate }, { additionalProperties: false }),
        headers: Type.Object({ 'x-actor': Type.String({ minLength: 1, maxLength: 512 }) }),
      },
    },
    async (request, reply) => {
      const { date } = request.body
      const day = dayOf(date)
      if (!day) throw new Problem('invalid-request', `There is no day ${date}.`)
      if (day.start > new Date()) throw new Problem('invalid-request', `${date} has not begun in Beijing.`)
      const run = await requestRun(db, date, actorOf(request.headers['x-actor']))
      reconcileNow()
      return reply.code(202).send(run)
    },
  )

  app.get('/reconciliations/:date', { schema: { params: Type.Object({ date: BillDate }) } }, async request => {
    const { date } = request.params
    const run = await findRunOfDay(db, date)
    if (!run) throw new Problem('not-found', `The bill of ${date} has not been asked for.`)
    const differences = await db
      .select()
      .from(billDifferences)
      .where(eq(billDifferences.billDate, date))
      .orderBy(asc(billDifferences.kind), asc(billDifferences.subject))
      .limit(differencesMax)
    return { run, differences }
  })
}
