import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { chartFolder, repositoryRoot } from './paths.ts'

interface Step {
  uses?: string
  run?: string
}

interface Workflow {
  permissions: object
  jobs: Record<string, { needs?: string[]; permissions: Record<string, string>; steps: Step[] }>
}

describe('the release workflow', () => {
  const text = readFileSync(join(repositoryRoot, '.github', 'workflows', 'release.yml'), 'utf8')
  const { permissions, jobs } = parse(text) as Workflow
  const steps = Object.values(jobs).flatMap(job => job.steps)

  it('takes actions by their commit', () => {
    const used = steps.flatMap(({ uses }) => uses ?? [])
    expect(used.length).toBeGreaterThan(8)
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
  })

  it('publishes only what is tested and has notes', () => {
    expect(jobs.image?.needs).toEqual(['notes', 'test'])
    expect(jobs.chart?.needs).toContain('image')
    expect(jobs.release?.needs).toEqual(['notes', 'image', 'chart'])
  })

  it('lets a job write no more than it publishes', () => {
    expect(permissions).toEqual({})
    const writes = Object.entries(jobs).map(([name, job]) => [
      name,
      Object.keys(job.permissions).filter(one => job.permissions[one] === 'write'),
    ])
    expect(Object.fromEntries(writes)).toEqual({
      notes: [],
      test: [],
      image: ['packages', 'id-token'],
      chart: ['packages', 'id-token'],
      release: ['contents'],
    })
  })

  it('builds for both platforms, with an SBOM and provenance, and signs image and chart', () => {
    expect(text).toContain('--platform linux/amd64,linux/arm64')
    expect(text).toContain('--sbom=true')
    expect(text).toContain('--provenance=mode=max')
    expect(text.match(/cosign sign --yes/g)).toHaveLength(2)
  })

  it('finds the lines of values.yaml that it replaces', () => {
    const values = readFileSync(join(chartFolder, 'values.yaml'), 'utf8')
    for (const name of ['repository', 'digest']) {
      expect(text).toContain(`s|^  ${name}: \\"\\"|`)
      expect(values.match(new RegExp(`^ {2}${name}: ""$`, 'gm'))).toHaveLength(1)
    }
  })
})
