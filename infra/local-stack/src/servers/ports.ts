import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { readJson, writeJson } from '../json-file.ts'

// Below the range from which Linux and macOS take ports for outgoing connections, so that a kept port stays free.
const portMin = 20_000
const portMax = 32_000
const attemptsMax = 200

/** Whether this port can be listened on at 127.0.0.1 now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/**
 * Ports for these names, the same at every start as long as nobody else took one in between.
 *
 * @param dir the stack's directory; the choice is kept there in `ports.json`
 */
export async function choosePorts<Name extends string>(
  dir: string,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const file = join(dir, 'ports.json')
  const kept = readJson<Record<string, number>>(file) ?? {}
  const chosen = { ...kept }
  for (const name of names) {
    const before = kept[name]
    if (before !== undefined && (await isPortFree(before))) continue
    chosen[name] = await findFreePort(new Set(Object.values(chosen)))
  }
  if (JSON.stringify(chosen) !== JSON.stringify(kept)) writeJson(file, chosen)
  return chosen as Record<Name, number>
}

async function findFreePort(taken: Set<number>): Promise<number> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const port = randomInt(portMin, portMax)
    if (!taken.has(port) && (await isPortFree(port))) return port
  }
  throw new Error(`no free port between ${portMin} and ${portMax} at 127.0.0.1`)
}
