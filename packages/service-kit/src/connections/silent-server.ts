import type { Socket } from 'node:net'

/** How often a socket is looked at, ms. */
const lookEveryMs = 5_000

/**
 * Destroys a socket whose server has not answered for `silentMaxMs` although something was sent to it. When a server's
 * host is gone, the operating system waits some 15 minutes for it, and with it every statement of the connection.
 */
export function endWhenSilent<S extends Socket>(socket: S, silentMaxMs: number): S {
  let answeredBytes = 0
  let silentSinceMs: number | undefined
  const onData = () => {
    answeredBytes = socket.bytesWritten
    silentSinceMs = undefined
  }
  const timer = setInterval(
    () => {
      if (socket.bytesWritten === answeredBytes) return
      silentSinceMs ??= performance.now()
      const silentForMs = performance.now() - silentSinceMs
      if (silentForMs < silentMaxMs) return
      const reason = `the server has not answered for ${Math.round(silentForMs / 1_000)} s`
      socket.destroy(Object.assign(new Error(reason), { code: 'ETIMEDOUT' }))
    },
    Math.min(lookEveryMs, silentMaxMs / 4),
  ).unref()
  return socket.on('data', onData).once('close', () => clearInterval(timer))
}
