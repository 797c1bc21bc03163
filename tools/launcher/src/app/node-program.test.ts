import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../paths.ts'
import { launcherNodeArguments, serviceNodeArguments, serviceScript } from './node-program.ts'

const read = (...path: string[]) => readFileSync(join(repositoryRoot, ...path), 'utf8')

test('the image starts Node as the launcher does', () => {
  const image = read('infra', 'docker', 'run-node.sh').match(/--\S+/g)
  expect(image).toEqual(launcherNodeArguments.map(one => one.replace(repositoryRoot, '/app')))
})

test.each(['gateway', 'order-service', 'payment-service', 'inventory-service'] as const)(
  'docker-compose.yml starts %s as the launcher does, and the image has it compiled for that',
  service => {
    const command = [...serviceNodeArguments(service), serviceScript(service)]
    expect(read('docker-compose.yml')).toContain(`command: [${command.join(', ')}]`)
    expect(read('infra', 'docker', 'Dockerfile')).toContain(`begin ${command.join(' ')}`)
  },
)

/** Prints how many of 1,000 new values are in V8's young generation after many like them have lived long. */
const afterManyThatLivedLong = `
  import { setFlagsFromString } from 'node:v8'
  setFlagsFromString('--allow-natives-syntax')
  const isYoung = new Function('value', 'return %InYoungGeneration(value)')
  const make = index => ({ parts: [index, index + 1] })
  let kept = []
  for (let index = 0; index < 4_000_000; index++) {
    kept.push(make(index))
    if (kept.length === 1_000_000) kept = []
  }
  let young = 0
  for (let index = 0; index < 1_000; index++) if (isYoung(make(index))) young++
  console.log(young)`

test('what a program makes is young, however long others like it have lived', () => {
  const program = [...launcherNodeArguments, '--input-type=module', '--eval', afterManyThatLivedLong]
  expect(Number(execFileSync(process.execPath, program))).toBe(1_000)
}, 30_000)
