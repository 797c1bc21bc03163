import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const manifestFile = fileURLToPath(new URL('../../package.json', import.meta.url))
/** The workspace's own, while the folder is packed. */
const workspaceFile = `${manifestFile}.workspace`

/**
 * Puts the manifest of the packed package in place of the workspace's: npm always packs the `package.json` of the folder,
 * and the workspace's points to the sources and to packages that are not published.
 */
export function usePackedManifest(): void {
  restoreManifest()
  const { name, version, description, license, type, files, publishConfig } = readManifest()
  copyFileSync(manifestFile, workspaceFile)
  const packed = {
    name,
    version,
    description,
    license,
    type,
    engines: { node: '>=22' },
    ...publishConfig,
    files,
    // The declarations name types of Node.
    dependencies: { '@types/node': '>=22' },
  }
  writeFileSync(manifestFile, `${JSON.stringify(packed, null, 2)}\n`)
}

/** Puts the workspace's manifest back, also after a packing that did not end. */
export function restoreManifest(): void {
  if (existsSync(workspaceFile)) renameSync(workspaceFile, manifestFile)
}

interface Manifest {
  name: string
  version: string
  description: string
  license: string
  type: string
  files: string[]
  publishConfig: { exports: object }
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(manifestFile, 'utf8')) as Manifest
}
