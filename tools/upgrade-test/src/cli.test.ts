import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('prints one JSON object with the reason when it ends before the versions run', { timeout: 60_000 }, () => {
  const cli = fileURLToPath(new URL('./cli.ts', import.meta.url))
  const run = spawnSync(process.execPath, [cli, '--from', 'no-such-revision', '--json'], { encoding: 'utf8' })
  expect(run.status, run.stderr).toBe(1)
  expect(JSON.parse(run.stdout)).toEqual({ passed: false, error: expect.stringContaining('no-such-revision') })
})
