import Type, { type Static } from 'typebox'

/** The person or program that acts, with the role that permits it and the request in which it does. */
export interface Actor {
  readonly id: string
  readonly role?: string | undefined
  readonly requestId?: string | undefined
  readonly traceId?: string | undefined
}

/**
 * The header `x-actor`: the person or service that acts. Names are percent-encoded, because headers are ASCII: an id of
 * 128 characters becomes 9 times as long at most.
 */
export const ActorHeader = Type.String({ minLength: 1, maxLength: 128 * 9 })

/** Headers of a change by a person: the gateway sends them with every call of the admin API. */
export const RequiredActorHeaders = Type.Object({
  'x-actor': ActorHeader,
  'x-actor-role': Type.Optional(Type.String({ maxLength: 64 })),
  'x-request-id': Type.Optional(Type.String({ maxLength: 128 })),
  traceparent: Type.Optional(Type.String({ maxLength: 256 })),
})

/** The headers of a change that a service may also make by itself: without the header, the actor is `service`. */
export const ActorHeaders = Type.Object({
  ...RequiredActorHeaders.properties,
  'x-actor': { ...ActorHeader, default: 'service' },
})

/** The actor that the header `x-actor` names. */
export function actorOf(header: string): string {
  try {
    return decodeURI(header)
  } catch {
    return header
  }
}

/** The actor of a request whose headers are checked by `ActorHeaders` or `RequiredActorHeaders`. */
export function actorFrom(headers: Static<typeof RequiredActorHeaders>): Actor {
  return {
    id: actorOf(headers['x-actor']),
    role: headers['x-actor-role'],
    requestId: headers['x-request-id'],
    // `00-<trace id>-<span id>-<flags>` (W3C Trace Context).
    traceId: /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(headers.traceparent ?? '')?.[1],
  }
}

/** The headers that send an actor to a service, which reads them with `actorFrom`. */
export function actorHeaders({ id, role, requestId }: Actor): Record<string, string> {
  return {
    // A header carries ASCII only, and a customer id may be any text.
    'x-actor': encodeURI(id.toWellFormed()),
    ...(role === undefined ? {} : { 'x-actor-role': role }),
    ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
  }
}
