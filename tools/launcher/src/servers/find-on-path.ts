import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The program of this name in the first folder of a PATH that has it. */
export function findOnPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(folder => folder !== '')
    .map(folder => join(folder, name))
    .find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
