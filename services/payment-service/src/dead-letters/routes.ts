import {
  ConsumerGroups,
  DeadLetter,
  DeadLetterFilters,
  DeadLetterId,
  DeadLetterPage,
  DeadLetterReasons,
  HandleDeadLettersBody,
  HandledDeadLetters,
  ReasonBody,
  RedriveBody,
} from '@alipay-checkout/contracts'
import { actorFrom, type HttpApp, PageLimit, Problem, RequiredActorHeaders } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { handleDeadLetter, handleDeadLetters } from './handle-dead-letters.ts'
import { countReasons, findDeadLetter, listDeadLetters } from './read-dead-letters.ts'

const params = Type.Object({ id: DeadLetterId })
/** The time of a dead letter, ms, and its id. */
const Cursor = Type.String({ pattern: '^\\d{1,14}_dlq_[a-z0-9.-]{1,64}_[0-9]{1,9}_[0-9]{1,19}$' })
const headers = RequiredActorHeaders

export interface DeadLetterDependencies {
  db: Db
  /** Wakes the job that writes decisions about dead letters to Kafka. */
  writeDeadLettersNow: () => void
  readConsumers: () => Promise<ConsumerGroups>
}

/** The admin API of dead letters: lists them, and decides that they are redriven or discarded. */
export function addDeadLetters(app: HttpApp, dependencies: DeadLetterDependencies): void {
  const { db, writeDeadLettersNow, readConsumers } = dependencies
  app.get(
    '/admin/dead-letters',
    {
      schema: {
        querystring: Type.Object(
          { ...DeadLetterFilters, cursor: Type.Optional(Cursor), limit: PageLimit },
          { additionalProperties: false },
        ),
        response: { 200: DeadLetterPage },
      },
    },
    async ({ query: { cursor, limit, ...filters } }) => listDeadLetters(db, filters, { cursor, limit: Number(limit) }),
  )

  app.get('/admin/dead-letters/reasons', { schema: { response: { 200: DeadLetterReasons } } }, () => countReasons(db))

  app.get('/admin/dead-letters/:id', { schema: { params, response: { 200: DeadLetter } } }, async request =>
    known(request.params.id),
  )

  async function known(id: string): Promise<DeadLetter> {
    const found = await findDeadLetter(db, id)
    if (!found) throw new Problem('dead-letter-not-found', `There is no dead letter ${id}.`)
    return found
  }

  for (const action of ['redrive', 'discard'] as const) {
    app.post(
      `/admin/dead-letters/:id/${action}`,
      {
        schema: {
          params,
          headers,
          body: action === 'redrive' ? RedriveBody : ReasonBody,
          response: { 202: DeadLetter },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const { reason } = request.body
        await handleDeadLetter(db, id, { action, reason, actor: actorFrom(request.headers) })
        writeDeadLettersNow()
        return reply.code(202).send(await known(id))
      },
    )

    app.post(
      `/admin/dead-letters/${action}`,
      { schema: { headers, body: HandleDeadLettersBody, response: { 202: HandledDeadLetters } } },
      async (request, reply) => {
        const { reason, ...which } = request.body
        const count = await handleDeadLetters(db, which, { action, reason, actor: actorFrom(request.headers) })
        if (count > 0) writeDeadLettersNow()
        return reply.code(202).send({ count })
      },
    )
  }

  app.get('/admin/consumers', { schema: { response: { 200: ConsumerGroups } } }, () => readConsumers())
}
