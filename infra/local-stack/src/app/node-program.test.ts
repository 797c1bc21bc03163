import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../paths.ts'
import { launcherNodeArguments } from './node-program.ts'

test('the image starts Node as the launcher does', () => {
  const dockerfile = readFileSync(join(repositoryRoot, 'infra', 'docker', 'Dockerfile'), 'utf8')
  const [node, ...image] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]')
  expect(node).toBe('node')
  expect(image).toEqual(launcherNodeArguments.map(one => one.replace(repositoryRoot, '/app')))
})
