import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ServiceAnswer } from './service.ts'
import { traceparentOf } from './traceparent.ts'

/** Sends a service's response unchanged: it is the public body already. */
export function forward(reply: FastifyReply, { status, text }: ServiceAnswer): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text)
}

/** The request's `traceparent`, or a new one. */
export function traceOf(request: FastifyRequest): string {
  return traceparentOf(request.headers.traceparent)
}
