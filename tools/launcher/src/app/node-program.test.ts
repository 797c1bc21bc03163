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
