import { createHash } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Locks `dataDir` for this process and returns the function that unlocks it. The lock is a listening socket, so it ends
 * with its process in any case.
 *
 * @throws Error when another process has the lock
 */
export async function lockFolder(dataDir: string): Promise<() => Promise<void>> {
  const path = addressOf(await realpath(dataDir))
  let server = await listen(path)
  if (!server && !(await isAlive(path))) {
    // Where sockets are files, a killed process leaves its file behind.
    await rm(path, { force: true })
    server = await listen(path)
  }
  if (!server)
    throw new Error(`${dataDir} is in use by another running simulator: stop that one or choose another folder`)
  const lock = server
  lock.unref()
  return () => new Promise(resolve => lock.close(() => resolve()))
}

/** Linux has socket names without a file. Elsewhere the file is in the temporary folder, because such paths must be short. */
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
