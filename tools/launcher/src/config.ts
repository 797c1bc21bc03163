import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { repositoryRoot } from './paths.ts'

/** The environment, completed by the `.env` file of a folder. An empty variable counts as not set. */
export function readEnvironment(folder: string, env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return { ...readEnvFile(join(folder, '.env')), ...withoutEmpty(env) }
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

/** This process's environment without empty variables. */
export function inheritedEnvironment(): Record<string, string> {
  return withoutEmpty(process.env)
}

/** The folder for the counts of a test run; undefined outside `npm test`. */
export function readReportDir(): string | undefined {
  return process.env.TEST_REPORT_DIR || undefined
}

/** The folders of a system. */
export interface SystemFolder {
  /** Data, logs and generated secrets; absolute. */
  dir: string
  /** The folder whose `.env` holds the settings. */
  settingsFolder: string
}

/**
 * The folders of the system: `LOCAL_DIR` of the shell, else of the repository's `.env`, else `.local/`. A relative path
 * starts at the repository's folder, where npm runs its scripts. A folder that the shell names has its own `.env`.
 */
export function readSystemFolder(env: NodeJS.ProcessEnv = process.env, root: string = repositoryRoot): SystemFolder {
  const defaultDir = join(root, '.local')
  const absolute = (path: string) => resolve(root, path.replace(/^~(?=\/|$)/, homedir()))
  if (!env.LOCAL_DIR) {
    const { LOCAL_DIR: own } = readEnvFile(join(root, '.env'))
    return { dir: own === undefined ? defaultDir : absolute(own), settingsFolder: root }
  }
  const dir = absolute(env.LOCAL_DIR)
  return { dir, settingsFolder: dir === defaultDir ? root : dir }
}

/** The `dir` of `readSystemFolder`. */
export const readLocalDir = (): string => readSystemFolder().dir
