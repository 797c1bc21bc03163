import { connect } from 'node:net'

/** Which of these processes are still there. */
export function stillAlive(processes: ReadonlyMap<string, number>): string[] {
  return [...processes].filter(([, pid]) => isAlive(pid)).map(([name, pid]) => `${name} (process ${pid})`)
}

/** Whether a process is there, seen from this user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Which of these addresses (`host:port`, or with a scheme) still take connections. */
export async function stillListening(addresses: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(addresses.map(takesConnections))
  return addresses.filter((_, index) => answers[index])
}

function takesConnections(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address.includes('://') ? address : `tcp://${address}`)
  return new Promise(resolve => {
    const socket = connect({ host: hostname, port: Number(port) })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
