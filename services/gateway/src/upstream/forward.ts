import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ServiceAnswer } from './service.ts'
import { traceparentOf } from './traceparent.ts'

/** Sends a service's answer out as it came, for it already is the public body. */
export function passOn(reply: FastifyReply, { status, text }: ServiceAnswer): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text)
}

/** The caller's trace, or a new one. */
export function trace(request: FastifyRequest): string {
  return traceparentOf(request.headers.traceparent)
}
