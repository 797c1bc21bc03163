import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/**
 * The environment with the `.env` file of a folder behind it: a variable that is set wins over the file, an empty one
 * counts as not set.
 */
export function readEnvironment(folder: string, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const merged = { ...readEnvFile(join(folder, '.env')), ...withoutEmpty(env) }
  return merged
}

function readEnvFile(file: string): Record<string, string> {
  try {
    return withoutEmpty(parseEnv(readFileSync(file, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

function withoutEmpty(values: NodeJS.Dict<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])))
}

/** What a child process inherits. */
export function inheritedEnvironment(): Record<string, string> {
  return withoutEmpty(process.env)
}

/** Where a test run leaves its numbers, or undefined where nobody adds them up. */
export function readReportDir(): string | undefined {
  return process.env.TEST_REPORT_DIR || undefined
}

/** Where the launcher keeps everything, when it is not the repository's `.local/`: a second system beside the first. */
export function readLocalDir(): string | undefined {
  return process.env.LOCAL_DIR || undefined
}
