import type { ProcessIdentity } from './process-identity.ts'

/** How a process is started and stopped. */
export interface ProcessSpec {
  name: string
  command: string
  args: string[]
  cwd: string
  env: Record<string, string>
  /** stdout and stderr are appended here. */
  logFile: string
  /** The user to run as; requires root. */
  user?: { uid: number; gid: number }
  /** If a server ends, everything is stopped; a task is expected to end. */
  kind: 'server' | 'task'
  /** Requests an orderly stop. */
  stopSignal: NodeJS.Signals
  /** After this it is killed. */
  stopTimeoutMs: number
  /** Higher stages stop first; processes of one stage stop together. */
  stage: number
}

/** Messages from the launcher to the guard. */
export type Request =
  | { type: 'spawn'; id: number; spec: ProcessSpec }
  | { type: 'stop-one'; id: number; name: string; signal?: NodeJS.Signals }
  | { type: 'keep'; id: number }
  | { type: 'stop' }

/** Messages from the guard to the launcher. */
export type Report =
  | { type: 'ready' }
  | { type: 'waiting'; reason: string }
  | { type: 'busy'; holder: GuardRecord }
  | { type: 'answer'; id: number; pid?: number; error?: string }
  | { type: 'exited'; name: string; pid: number; code: number | null; signal: NodeJS.Signals | null; expected: boolean }
  | { type: 'stopped' }

/** The guard's file: which guard has the directory, and its processes. */
export interface GuardRecord {
  label: string
  guard: ProcessIdentity
  launcher: ProcessIdentity
  /** Continues after its launcher has ended. */
  kept: boolean
  stopping: boolean
  processes: RecordedProcess[]
}

/** A started process in the guard's file. */
export interface RecordedProcess extends ProcessIdentity {
  name: string
  stage: number
  stopSignal: NodeJS.Signals
  stopTimeoutMs: number
}

/** The guard's file in its directory. */
export const guardFileName = 'guard.json'
