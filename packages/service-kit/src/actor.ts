import Type from 'typebox'

/**
 * The header `x-actor`: the person or service that acts. Names are percent-encoded, because headers are ASCII: an id of
 * 128 characters becomes 9 times as long at most.
 */
export const ActorHeader = Type.String({ minLength: 1, maxLength: 128 * 9 })

/** The headers of a change that a service may also make by itself: without the header, the actor is `service`. */
export const ActorHeaders = Type.Object({ 'x-actor': { ...ActorHeader, default: 'service' } })

/** The actor that the header `x-actor` names. */
export function actorOf(header: string): string {
  try {
    return decodeURI(header)
  } catch {
    return header
  }
}
