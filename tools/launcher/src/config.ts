import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { repositoryRoot } from './paths.ts'

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

/** Where a system lies. */
export interface SystemFolder {
  /** Data, logs and generated secrets; absolute. */
  dir: string
  /** The folder whose `.env` holds the settings. */
  settingsFolder: string
}

/**
 * Where the launcher and the tools keep everything: `LOCAL_DIR` of the shell, else of the repository's `.env`, else
 * `.local/`. A relative path starts at the repository's folder, since npm starts its scripts there. A folder that the shell
 * names is another system, with a `.env` of its own.
 */
export function readSystemFolder(env: NodeJS.ProcessEnv = process.env, root: string = repositoryRoot): SystemFolder {
  const usual = join(root, '.local')
  const absolute = (path: string) => resolve(root, path.replace(/^~(?=\/|$)/, homedir()))
  if (!env.LOCAL_DIR) {
    const { LOCAL_DIR: own } = readEnvFile(join(root, '.env'))
    return { dir: own === undefined ? usual : absolute(own), settingsFolder: root }
  }
  const dir = absolute(env.LOCAL_DIR)
  return { dir, settingsFolder: dir === usual ? root : dir }
}

/** The folder of `readSystemFolder` alone. */
export const readLocalDir = (): string => readSystemFolder().dir
