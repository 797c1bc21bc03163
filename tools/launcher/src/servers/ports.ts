import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { readJson, writeJson } from '../json-file.ts'

// Below the range from which Linux and macOS take ports for outgoing connections, so that a kept port stays free.
const ranges = { servers: [20_000, 26_000], programs: [26_000, 32_000] } as const
const attemptsMax = 200

/** Servers and programs choose at the same time, each without knowing of the other: so they never choose from the same ports. */
export type PortRange = keyof typeof ranges

/** Whether this port can be listened on at 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await whyNoListening(port)) === undefined
}

/** Why this port can't be listened on at 127.0.0.1: EADDRINUSE, EACCES, …; undefined where it can. */
export function whyNoListening(port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(undefined)))
  })
}

/**
 * Ports for these names, the same at every start as long as nobody else took one in between.
 *
 * @param dir where the choice is kept, in `ports.json`
 * @param range what they are for
 */
export async function choosePorts<Name extends string>(
  dir: string,
  names: readonly Name[],
  range: PortRange,
): Promise<Record<Name, number>> {
  const file = join(dir, 'ports.json')
  const kept = readJson<Record<string, number>>(file) ?? {}
  const chosen = { ...kept }
  for (const name of names) {
    const before = kept[name]
    if (before !== undefined && (await isPortFree(before))) continue
    chosen[name] = await findFreePort(range, Object.values(chosen))
  }
  if (JSON.stringify(chosen) !== JSON.stringify(kept)) writeJson(file, chosen)
  return chosen as Record<Name, number>
}

/**
 * Some port that nobody listens on at 127.0.0.1, and that no outgoing connection is given.
 *
 * @param taken ports that it must not be
 */
export async function findFreePort(range: PortRange, taken: readonly number[] = []): Promise<number> {
  const [portMin, portMax] = ranges[range]
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const port = randomInt(portMin, portMax)
    if (!taken.includes(port) && (await isPortFree(port))) return port
  }
  throw new Error(`no free port between ${portMin} and ${portMax} at 127.0.0.1`)
}
