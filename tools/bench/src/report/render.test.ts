import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { renderReport } from './render.ts'
import { keepResult, type StoredResult } from './store.ts'

const machine = {
  cores: 2,
  cpu: 'a <slow> one',
  memoryGiB: 4,
  node: 'v24.0.0',
  rsaSignsPerSecond: 1_000,
  diskSyncMs: 0.5,
}

function status(readsPerSecond: number, changed: Partial<StoredResult> = {}): StoredResult {
  const result = {
    at: '2026-01-15T10:00:00.000Z',
    machine,
    readsPerSecond,
    latencyMs: { p50: 4, p95: 9, p99: 12, max: 20 },
    cpuMsEach: { gateway: 0.4, 'load generator': 0.1 },
    marks: [],
    broken: [],
    ...changed,
  }
  return result
}

it('shows what was measured, when and where, and nothing else', () => {
  const html = renderReport({ status: status(1_234.5) })
  expect(html).toContain('1,234.5 reads')
  expect(html).toContain('2026-01-15 10:00 UTC')
  expect(html).toContain('a &lt;slow&gt; one')
  expect(html.match(/<h2 /g)).toHaveLength(1)
})

it('says which marks were met and which were not', () => {
  const marks = [
    { what: 'reads', value: 9, mark: '≥ 10', met: false },
    { what: 'ms', value: 3, mark: '< 5', met: true },
  ]
  const html = renderReport({ status: status(1, { marks }) })
  expect(html).toContain('1 of 2 met')
  expect(html).toMatch(/reads<\/td>.*?not met.*?ms<\/td>.*?>met</s)
})

it('hides nothing that is broken', () => {
  expect(renderReport({ status: status(1, { broken: ['3 failed: <gone>'] }) })).toContain(
    'Broken: 3 failed: &lt;gone&gt;',
  )
})

it('is about nothing before anything was measured', () => {
  expect(renderReport({})).not.toContain('<h2')
})

it('a result takes the place of the last one of its scenario', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bench-report-'))
  try {
    keepResult('status', status(1), dir)
    const page = keepResult('status', status(2), dir)
    expect(readFileSync(page, 'utf8')).toContain('2 reads of')
    expect(readFileSync(page, 'utf8')).not.toContain('1 reads of')
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
