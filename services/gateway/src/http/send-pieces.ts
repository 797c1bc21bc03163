import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/**
 * Sends pieces of text as the body, as fast as the client reads them. A problem with the first piece is still answered as
 * one. An error after it ends the connection early, so that the body does not look complete.
 */
export async function sendPieces(reply: FastifyReply, contentType: string, pieces: AsyncGenerator<string>) {
  const first = await pieces.next()
  const rest = Readable.from(withFirst(first.value ?? '', pieces), { objectMode: false })
  return reply
    .header('content-type', contentType)
    .header('cache-control', 'no-store')
    .send(rest as never)
}

async function* withFirst(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}
