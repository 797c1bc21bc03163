import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { repositoryRoot } from '../paths.ts'
import { launcherNodeArguments, serviceScript } from './node-program.ts'

const read = (...path: string[]) => readFileSync(join(repositoryRoot, ...path), 'utf8')

it('starts Node in the image with the same options', () => {
  const image = read('infra', 'docker', 'run-node.sh').match(/--\S+/g)
  expect(image).toEqual(launcherNodeArguments.map(one => one.replace(repositoryRoot, '/app')))
})

it.each(['gateway', 'order-service', 'payment-service', 'inventory-service'] as const)(
  'starts %s in docker-compose.yml with the same options, for which the image has compiled it',
  service => {
    expect(read('docker-compose.yml')).toContain(`command: [${serviceScript(service)}]`)
    expect(read('infra', 'docker', 'Dockerfile')).toContain(`service ${serviceScript(service)};`)
  },
)
