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
  /** Something of this command that must end before the launcher does, when it is told to stop. */
  onStop(end: () => Promise<void>): void
}

/** A command gives back its exit code. */
export type Command = (context: CommandContext) => Promise<number>
