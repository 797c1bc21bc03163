import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'

// Node runs TypeScript sources anywhere but inside node_modules, which is where npx puts a package: so what is packed is
// JavaScript. Types are only blanked out; lines and names stay what they are.
const root = import.meta.dirname
const out = join(root, 'dist')
const isTest = (file: string) => /\.test\.ts$|^test-(merchant|sdk|java-sdk)\.ts$/.test(file)

await rm(out, { recursive: true, force: true })
for (const folder of ['bin', 'src']) {
  for (const file of await readdir(join(root, folder), { recursive: true })) {
    if (!file.endsWith('.ts') || isTest(file)) continue
    const source = await readFile(join(root, folder, file), 'utf8')
    const target = join(out, folder, file.replace(/\.ts$/, '.js'))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, stripTypeScriptTypes(source).replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"), { mode: 0o755 })
  }
}
