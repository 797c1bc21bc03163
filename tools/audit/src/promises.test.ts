import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { promises } from './promises.ts'

const document = new URL('../../../docs/promises.md', import.meta.url)

it.runIf(existsSync(document))('has the numbers and words of docs/promises.md', () => {
  const headings = readFileSync(document, 'utf8').matchAll(/^## (\d+)\. (.+)$/gm)
  expect(Object.fromEntries(Array.from(headings, ([, number, words]) => [number, words]))).toEqual(promises)
})
