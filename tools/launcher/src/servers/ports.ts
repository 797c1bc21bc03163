import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { readJson, writeJson } from '../json-file.ts'

// Below the range from which Linux and macOS assign ports to outgoing connections, so that a remembered port stays free.
// Servers and programs choose ports at the same time, without knowledge of each other, from separate ranges.
const ranges = { servers: [20_000, 26_000], programs: [26_000, 32_000] } as const
const attemptsMax = 200

/** Which ports may be chosen. */
export type PortRange = keyof typeof ranges

/** Whether a process can listen on this port of 127.0.0.1. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenError(port)) === undefined
}

/** Why no process can listen on this port of 127.0.0.1: EADDRINUSE, EACCES, …; undefined if one can. */
export function listenError(port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(undefined)))
  })
}

/**
 * Chooses a port for each name, the same at every start unless another process uses it.
 *
 * @param dir holds `ports.json`, which remembers the ports
 */
export async function choosePorts<Name extends string>(
  dir: string,
  names: readonly Name[],
  range: PortRange,
): Promise<Record<Name, number>> {
  const file = join(dir, 'ports.json')
  const stored = readJson<Record<string, number>>(file) ?? {}
  const chosen = { ...stored }
  for (const name of names) {
    const previous = stored[name]
    if (previous !== undefined && (await isPortFree(previous))) continue
    chosen[name] = await findFreePort(range, Object.values(chosen))
  }
  if (JSON.stringify(chosen) !== JSON.stringify(stored)) writeJson(file, chosen)
  return chosen as Record<Name, number>
}

/**
 * A free port of 127.0.0.1 in this range, chosen at random so that two launchers rarely choose the same.
 *
 * @param taken excluded ports
 */
export async function findFreePort(range: PortRange, taken: readonly number[] = []): Promise<number> {
  const [portMin, portMax] = ranges[range]
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const port = randomInt(portMin, portMax)
    if (!taken.includes(port) && (await isPortFree(port))) return port
  }
  throw new Error(`no free port between ${portMin} and ${portMax} at 127.0.0.1`)
}
