import { type OrderEntryName, OrderId, StaffNoteBody } from '@alipay-checkout/contracts'
import { type Actor, actorFrom, type HttpApp, Problem, RequiredActorHeaders } from '@alipay-checkout/service-kit'
import { auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Db, type Queryable, transact } from '@alipay-checkout/service-kit/database'
import { and, asc, eq, sql } from 'drizzle-orm'
import Type from 'typebox'
import { orderLog } from './schema.ts'

/** Notes of an order that its view shows. */
const notesMax = 200
/** `order_log.what` of a note. Its detail is `{note}`, and null once the customer's personal data is erased. */
export const noteEntry: OrderEntryName = 'note'

interface NewNote {
  readonly orderId: string
  readonly note: string
  readonly actor: Actor
  readonly key: string | undefined
}

/**
 * `POST /admin/orders/{orderId}/notes` StaffNoteBody with the headers of an actor → 200 `{orderId}`. A repeat with the
 * same `Idempotency-Key` is the same note.
 */
export function addStaffNotes(app: HttpApp, { db }: { db: Db }): void {
  const schema = {
    params: Type.Object({ orderId: OrderId }),
    body: StaffNoteBody,
    headers: Type.Object({
      ...RequiredActorHeaders.properties,
      'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    }),
  }
  app.post('/admin/orders/:orderId/notes', { schema }, async ({ params: { orderId }, body, headers }) => {
    const key = headers['idempotency-key']
    await writeNote(db, { orderId, note: body.note, actor: actorFrom(headers), key })
    return { orderId }
  })
}

/** What the staff wrote about an order, oldest first. */
export async function findNotes(db: Queryable, orderId: string): Promise<{ at: string; by: string; note: string }[]> {
  const rows = await db
    .select()
    .from(orderLog)
    .where(and(eq(orderLog.orderId, orderId), eq(orderLog.what, noteEntry)))
    .orderBy(asc(orderLog.id))
    .limit(notesMax)
  return rows.flatMap(({ at, cause, detail }) => {
    const { note } = (detail ?? {}) as { note?: string }
    return note === undefined ? [] : [{ at: at.toISOString(), by: cause.slice(causeOf('').length), note }]
  })
}

async function writeNote(db: Db, { orderId, note, actor, key }: NewNote): Promise<void> {
  const cause = causeOf(actor.id)
  await transact(db, async tx => {
    const rows = await tx.execute(sql`
      insert into order_log (order_id, what, cause, detail, key)
      select order_id, ${noteEntry}, ${cause}, jsonb_build_object('note', ${note}::text), ${key ?? null}
      from orders where order_id = ${orderId}
      on conflict (order_id, key) where key is not null do nothing
      returning id`)
    if (rows.length > 0) {
      return { writes: auditInserts([{ actor, action: 'order.note', object: orderId, orderId }]), result: undefined }
    }
    await requireRepeat(tx, { orderId, note, cause, key })
    return { writes: [], result: undefined }
  })
}

/** Throws unless the note with this key is this one. */
async function requireRepeat(
  db: Queryable,
  { orderId, note, cause, key }: Pick<NewNote, 'orderId' | 'note' | 'key'> & { cause: string },
): Promise<void> {
  const [known] =
    key === undefined
      ? []
      : await db
          .select()
          .from(orderLog)
          .where(and(eq(orderLog.orderId, orderId), eq(orderLog.key, key)))
  if (!known) throw new Problem('order-not-found', `There is no order ${orderId}.`)
  if (known.cause === cause && (known.detail as { note?: string } | null)?.note === note) return
  throw new Problem(
    'idempotency-key-reused',
    'This Idempotency-Key was used for another note about the order. Use a new key for a new note.',
  )
}

function causeOf(author: string): string {
  return `request of ${author}`
}
