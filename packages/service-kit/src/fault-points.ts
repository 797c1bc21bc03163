import { readFileSync, writeFileSync } from 'node:fs'
import { ConfigError } from './config.ts'

/** Moments at which a crash is hardest to survive, in the order in which an order reaches them. */
export const faultPoints = [
  'order.uncommitted',
  'order.committed',
  'response.unstored',
  'response.stored',
  'link.committed',
  'alipay.answered',
  'alipay_result.uncommitted',
  'alipay_result.committed',
  'relay.published',
  'consumer.uncommitted',
  'consumer.committed',
] as const

export type FaultPoint = (typeof faultPoints)[number]

interface Armed {
  point: FaultPoint
  /** The process is killed when this becomes 0. */
  hitsLeft: number
  file: string
}

const disarmed = 'listening'
let armed: Armed | undefined

/** Kills the process, like a power failure, if a test has armed this point; otherwise costs one comparison. */
export function faultPoint(point: FaultPoint): void {
  if (armed !== undefined && armed.point === point) hit(armed)
}

function hit(here: Armed): void {
  here.hitsLeft -= 1
  if (here.hitsLeft > 0) return
  // Tells the test that this was the armed crash, and not another one.
  writeFileSync(here.file, `reached ${here.point}`)
  process.kill(process.pid, 'SIGKILL')
}

/**
 * The file by which points are armed, from `FAULT_POINTS`; undefined if it is not set.
 *
 * @throws ConfigError if it is set in production
 */
export function faultPointsFile(env: NodeJS.ProcessEnv): string | undefined {
  const file = env.FAULT_POINTS || undefined
  if (file !== undefined && env.NODE_ENV === 'production') {
    throw new ConfigError('FAULT_POINTS makes the process crash on purpose: production must not run with it')
  }
  return file
}

/**
 * Lets tests arm points while the process runs. It writes `listening` to the file, and reads the file at each SIGURG:
 * `<point> <nth time>` arms, `listening` disarms. Just before the kill it writes `reached <point>`.
 *
 * @returns how to stop listening
 * @throws Error out of the process if the file names an unknown point: a fault that never happens would look survived
 */
export function listenForFaultPoints(file: string): () => void {
  const read = () => {
    armed = parse(readFileSync(file, 'utf8').trim(), file)
  }
  // SIGURG is ignored by a process without a listener.
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
