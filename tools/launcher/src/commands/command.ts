import type { Log } from '../progress.ts'

/** Arguments of a command. */
export interface CommandContext {
  /** The system's folder: `.local/` of the repository unless LOCAL_DIR is set. */
  dir: string
  /** The environment, with the values of `.env` where a variable is not set. */
  env: Record<string, string>
  /** Arguments after the name of the command. */
  args: string[]
  /** Writes progress to stderr. */
  log: Log
  /** Writes results to stdout. */
  print: Log
  /** Registers work that must be finished before a stopped launcher ends. */
  onStop(end: () => Promise<void>): void
}

/** Returns the exit code. */
export type Command = (context: CommandContext) => Promise<number>
