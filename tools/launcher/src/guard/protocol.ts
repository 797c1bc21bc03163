import type { ProcessIdentity } from './process-identity.ts'

/** How a process is started, watched and stopped. */
export interface ProcessSpec {
  name: string
  command: string
  args: string[]
  cwd: string
  env: Record<string, string>
  /** Both outputs are appended here. */
  logFile: string
  /** Another user to run as; only root can ask for one. */
  user?: { uid: number; gid: number }
  /** The end of a server is a crash; a task is expected to end. */
  kind: 'server' | 'task'
  /** What asks it to stop in an orderly way. */
  stopSignal: NodeJS.Signals
  /** After this it is killed. */
  stopTimeoutMs: number
  /** Higher stages stop first, those of one stage together. */
  stage: number
}

/** What the launcher asks of the guard. */
export type Request =
  | { type: 'spawn'; id: number; spec: ProcessSpec }
  | { type: 'stop-one'; id: number; name: string; signal?: NodeJS.Signals }
  | { type: 'keep'; id: number }
  | { type: 'stop' }

/** What the guard tells the launcher. */
export type Report =
  | { type: 'ready' }
  | { type: 'waiting'; reason: string }
  | { type: 'busy'; holder: GuardRecord }
  | { type: 'answer'; id: number; pid?: number; error?: string }
  | { type: 'exited'; name: string; pid: number; code: number | null; signal: NodeJS.Signals | null; expected: boolean }
  | { type: 'stopped' }

/** The guard's file: who holds a directory, and which processes belong to it. */
export interface GuardRecord {
  label: string
  guard: ProcessIdentity
  launcher: ProcessIdentity
  /** Goes on without its launcher. */
  kept: boolean
  stopping: boolean
  processes: RecordedProcess[]
}

/** One started process, as kept in the guard's file. */
export interface RecordedProcess extends ProcessIdentity {
  name: string
  stage: number
  stopSignal: NodeJS.Signals
  stopTimeoutMs: number
}

/** The guard's file inside the directory it holds. */
export const guardFileName = 'guard.json'
