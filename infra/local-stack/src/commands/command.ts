import type { Log } from '../progress.ts'

/** What every command is given. */
export interface CommandContext {
  /** `.local/` of the repository. */
  dir: string
  /** The environment with `.env` behind it. */
  env: Record<string, string>
  /** Arguments after the command's name. */
  args: string[]
  /** Progress: stderr. */
  log: Log
  /** Results: stdout. */
  print: Log
}

/** A command gives back its exit code. */
export type Command = (context: CommandContext) => Promise<number>
