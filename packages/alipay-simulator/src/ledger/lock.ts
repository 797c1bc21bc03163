import { createHash } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Makes this process the only one that writes in `dataDir`; throws when another does. The lock is a listening socket:
 * it dies with its process however that ends, and a file left behind by a killed one is seen to be dead. (It lies in the
 * temporary folder because socket paths are short.) Returns the way to let go.
 */
export async function lockFolder(dataDir: string): Promise<() => Promise<void>> {
  const name = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 24)
  const path = join(tmpdir(), `alipay-simulator-${name}.sock`)
  const held =
    (await listen(path)) ??
    ((await isAlive(path)) ? undefined : await rm(path, { force: true }).then(() => listen(path)))
  if (!held)
    throw new Error(`${dataDir} is in use by another running simulator: stop that one or choose another folder`)
  const server = held
  server.unref()
  return () => new Promise(resolve => server.close(() => resolve()))
}

/** A listening server, or undefined when the address is taken. */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(path, () => resolve(server))
  })
}

function isAlive(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
