import { readFileSync, writeFileSync } from 'node:fs'
import { ConfigError } from './config.ts'

/** Moments at which a crash is hardest to survive, in the order in which an order meets them. */
export const faultPoints = [
  'order.uncommitted',
  'order.committed',
  'gateway.unkept',
  'gateway.kept',
  'link.committed',
  'alipay.answered',
  'alipay-result.uncommitted',
  'alipay-result.committed',
  'relay.published',
  'consumer.uncommitted',
  'consumer.committed',
] as const

export type FaultPoint = (typeof faultPoints)[number]

interface Armed {
  point: FaultPoint
  /** Dies when it comes here for the nth time. */
  hitsLeft: number
  file: string
}

const disarmed = 'listening'
let armed: Armed | undefined

/**
 * Where the process dies as if its power had gone, if a test has armed this point; else nothing, at the cost of one
 * comparison.
 */
export function faultPoint(point: FaultPoint): void {
  if (armed !== undefined && armed.point === point) hit(armed)
}

function hit(here: Armed): void {
  here.hitsLeft -= 1
  if (here.hitsLeft > 0) return
  // Whoever armed it learns that it was this, and no other crash.
  writeFileSync(here.file, `reached ${here.point}`)
  process.kill(process.pid, 'SIGKILL')
}

/**
 * The file by which points are armed, from `FAULT_POINTS`; undefined where nobody breaks anything, which is always so in
 * production.
 *
 * @throws ConfigError where production is told to break
 */
export function faultPointsFile(env: NodeJS.ProcessEnv): string | undefined {
  const file = env.FAULT_POINTS || undefined
  if (file !== undefined && env.NODE_ENV === 'production') {
    throw new ConfigError('FAULT_POINTS makes the process crash on purpose: production must not run with it')
  }
  return file
}

/**
 * Lets points be armed while the process runs. It writes `listening` to the file; at each SIGURG from then on it reads
 * there what to do: `<point> <nth time>`, or `listening` to disarm. Just before it dies it writes `reached <point>`.
 *
 * @returns how to stop listening
 * @throws Error out of the process when the file names no point: a fault that never comes would look survived
 */
export function listenForFaultPoints(file: string): () => void {
  const read = () => {
    armed = parse(readFileSync(file, 'utf8').trim(), file)
  }
  // A signal that a process which does not listen for it ignores.
  process.on('SIGURG', read)
  writeFileSync(file, disarmed)
  return () => {
    process.off('SIGURG', read)
    armed = undefined
  }
}

function parse(text: string, file: string): Armed | undefined {
  if (text === disarmed) return undefined
  const [name, times = '1'] = text.split(' ')
  const point = faultPoints.find(one => one === name)
  if (point === undefined) throw new Error(`there is no fault point ${name}`)
  return { point, hitsLeft: Number(times), file }
}
