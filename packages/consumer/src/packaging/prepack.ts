// Runs before npm packs the folder: makes dist/ and the manifest of the packed package.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { bundle } from './bundle.ts'
import { declarations } from './declarations.ts'
import { usePackedManifest } from './manifest.ts'

const dist = new URL('../../dist/', import.meta.url)
const { code, notices } = await bundle()
const files = { 'index.js': code, 'LICENSES.txt': notices, ...declarations() }

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, dist), text)
copyFileSync(new URL('../../../../LICENSE', import.meta.url), new URL('LICENSE', dist))
usePackedManifest()
