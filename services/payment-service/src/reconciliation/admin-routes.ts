import {
  BillDate,
  ReconcileBody,
  Reconciliation,
  ReconciliationPage,
  ReconciliationRun,
  SignOffBody,
} from '@alipay-checkout/contracts'
import {
  type Actor,
  actorFrom,
  type HttpApp,
  PageLimit,
  pageOf,
  RequiredActorHeaders,
} from '@alipay-checkout/service-kit'
import { auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Db, runAll } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { existingDay } from './day.ts'
import { adminRuns, dayToCompare, listDifferences, listRuns } from './read-runs.ts'
import { findRunOfDay, type Run, requestRun } from './runs.ts'
import { reconciliationNotFound, signOff } from './sign-off.ts'

const params = Type.Object({ date: BillDate })

/** The admin API of reconciliation: the newest run of each day, its differences, running it again, signing it off. */
export function addAdminReconciliations(
  app: HttpApp,
  { db, reconcileNow }: { db: Db; reconcileNow: () => void },
): void {
  const bodyOf = async (run: Run) => (await adminRuns(db, [run]))[0] as ReconciliationRun

  app.get(
    '/admin/reconciliations',
    {
      schema: {
        querystring: Type.Object(
          {
            from: Type.Optional(BillDate),
            to: Type.Optional(BillDate),
            cursor: Type.Optional(BillDate),
            limit: PageLimit,
          },
          { additionalProperties: false },
        ),
        response: { 200: ReconciliationPage },
      },
    },
    async ({ query: { from, to, cursor, limit } }) => {
      const found = await listRuns(db, {
        ...(from === undefined ? {} : { from: existingDay(from).date }),
        ...(to === undefined ? {} : { to: existingDay(to).date }),
        ...(cursor === undefined ? {} : { before: existingDay(cursor).date }),
        limit: Number(limit) + 1,
      })
      return pageOf(await adminRuns(db, found), Number(limit), ({ billDate }) => billDate)
    },
  )

  app.get(
    '/admin/reconciliations/:date',
    {
      schema: {
        params,
        querystring: Type.Object(
          { offset: Type.Optional(Type.String({ pattern: '^\\d{1,9}$' })) },
          { additionalProperties: false },
        ),
        response: { 200: Reconciliation },
      },
    },
    async ({ params: { date }, query: { offset = '0' } }) => {
      const run = await findRunOfDay(db, existingDay(date).date)
      if (!run) throw reconciliationNotFound(date)
      return { run: await bodyOf(run), ...(await listDifferences(db, date, Number(offset))) }
    },
  )

  async function compare(day: string | undefined, actor: Actor): Promise<ReconciliationRun> {
    const { date } = await dayToCompare(db, day)
    const run = await db.transaction(async tx => {
      const { run, isNew } = await requestRun(tx, date, actor.id)
      const change = { actor, action: 'reconciliation.request' as const, object: date, after: { runId: run.runId } }
      // The request of someone else, or of the timer, goes on.
      if (isNew) await runAll(tx, auditInserts([change]))
      return run
    })
    reconcileNow()
    return bodyOf(run)
  }

  const response = { 202: ReconciliationRun }
  app.post(
    '/admin/reconciliations',
    { schema: { body: ReconcileBody, headers: RequiredActorHeaders, response } },
    async ({ body, headers }, reply) => reply.code(202).send(await compare(body.date, actorFrom(headers))),
  )
  app.post(
    '/admin/reconciliations/:date',
    { schema: { params, headers: RequiredActorHeaders, response } },
    async ({ params: { date }, headers }, reply) => reply.code(202).send(await compare(date, actorFrom(headers))),
  )

  app.post(
    '/admin/reconciliations/:date/sign-off',
    { schema: { params, body: SignOffBody, headers: RequiredActorHeaders, response: { 200: ReconciliationRun } } },
    async request => {
      const { date } = existingDay(request.params.date)
      return bodyOf(await signOff(db, { date, note: request.body.note, actor: actorFrom(request.headers) }))
    },
  )
}
