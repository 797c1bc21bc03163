import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'

// Writes the TypeScript files that its arguments name without their types: a JSON array of texts, in the same order.
const sources = process.argv.slice(2).map(file => readFileSync(file, 'utf8'))
process.stdout.write(JSON.stringify(sources.map(source => stripTypeScriptTypes(source))))
