import { createServer } from 'node:net'

/**
 * A TCP port of 127.0.0.1 that nobody listens on. It may be taken by somebody else in the next moment, so where a
 * program can listen on port 0 and tell, that is better.
 */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: 0, host: '127.0.0.1' }, resolve)
  })
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('the system gave no port')
  return address.port
}
