import { createHash } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Makes this process the only one that writes in `dataDir`; throws when another does. The lock is a listening socket, so
 * it dies with its process however that ends. Returns the way to let go.
 */
export async function lockFolder(dataDir: string): Promise<() => Promise<void>> {
  const path = addressOf(await realpath(dataDir))
  let held = await listen(path)
  if (!held && !(await isAlive(path))) {
    // Left behind by a killed process, where sockets are files.
    await rm(path, { force: true })
    held = await listen(path)
  }
  if (!held)
    throw new Error(`${dataDir} is in use by another running simulator: stop that one or choose another folder`)
  const server = held
  server.unref()
  return () => new Promise(resolve => server.close(() => resolve()))
}

/** Linux has socket names without a file; elsewhere it is one in the temporary folder, since such paths must be short. */
function addressOf(folder: string): string {
  const name = `alipay-simulator-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`)
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
