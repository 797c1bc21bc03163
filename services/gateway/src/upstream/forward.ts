import type { FastifyReply } from 'fastify'
import type { ServiceAnswer } from './service.ts'

/** Sends a service's response unchanged: it is the public body already. */
export function forward(reply: FastifyReply, { status, text }: ServiceAnswer): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text)
}
